"""Names of people and where they live.

Enters: a random source and a language or country. Leaves: one plain string each, and for names its order of parts. Never here: labels.
"""

import unicodedata

# language: given names of men, of women; surnames of men, of women (empty: the same)
PEOPLE = {
    "en": ("Oliver Marcus Desmond Gareth Tyrone Brandon Nigel Wesley", "Charlotte Beatrice Fiona Imogen Latoya Keisha Harriet Paige", "Whitfield Brennan Castellano Thornbury McAllister O'Rourke Pemberton Baxter Lockhart Hargreaves", ""),
    "de": ("Jürgen Matthias Torsten Uwe Heiko Karl-Heinz Florian", "Annegret Sabine Friederike Heike Ulrike Lieselotte Jana", "Schröder Großmann Vogelsang Kirchner Übelacker Baumgärtner Lindner Wiesinger Köhler", ""),
    "fr": ("Jean-Baptiste Thierry Étienne Loïc Guillaume Rémi", "Maëlle Clémence Sylvie Océane Marie-Claude Hélène", "Lefèvre Charpentier Desrosiers Béranger Chevallier Gaudin Marchand Rousselot", ""),
    "es": ("Álvaro Joaquín Íñigo Ramiro Nicolás Gonzalo", "Ximena Rocío Begoña Lucía Inmaculada Pilar", "Ibáñez Quintanilla Muñoz Zaldívar Carrasco Peñalosa Arriaga Gallardo", ""),
    "pt": ("João Thiago Vinícius Rogério Gonçalo Wagner", "Conceição Letícia Thaís Mafalda Inês Jussara", "Gonçalves Figueiredo Albuquerque Vasconcelos Teixeira Sant'Anna Magalhães", ""),
    "it": ("Niccolò Gianluca Raffaele Ettore Massimiliano Dario", "Ginevra Annunziata Chiara Loredana Federica Ornella", "Bevilacqua D'Angelo Pellegrini Santoro Marchetti Lombardi Fumagalli Zanetti", ""),
    "nl": ("Joost Sjoerd Maarten Bram Ruben Thijs", "Femke Annelies Maaike Sanne Liesbeth Noor", "Hoekstra Vermeulen Kuipers Brouwer Zijlstra Dijkstra Wijnands", ""),
    "sv": ("Håkan Göran Torbjörn Linus Mattias Åke", "Åsa Gunilla Ebba Märta Linnéa Kerstin", "Söderlund Wikström Hedlund Sjöberg Nyqvist Åkesson Blomqvist", ""),
    "fi": ("Juhani Tapio Väinö Jukka Onni Eero", "Päivi Aino Kaisa Tuulikki Henna Marjatta", "Hämäläinen Korhonen Nieminen Rautiainen Lehtonen Mäkelä Väisänen", ""),
    "pl": ("Wojciech Zbigniew Łukasz Grzegorz Paweł Stanisław", "Małgorzata Agnieszka Zofia Elżbieta Kinga Bożena", "Wiśniewski Dąbrowski Jabłoński Szczepański Zieliński", "Wiśniewska Dąbrowska Jabłońska Szczepańska Zielińska"),
    "cs": ("Jiří Zdeněk Ondřej Vojtěch Bohumil Luboš", "Božena Kateřina Zdeňka Šárka Markéta Jitka", "Dvořák Procházka Kučera Pospíšil Růžička", "Dvořáková Procházková Kučerová Pospíšilová Růžičková"),
    "hu": ("Zoltán Gergő Balázs László Csaba Attila", "Ágnes Katalin Zsófia Ilona Enikő Réka", "Szabó Kovács Molnár Horváth Németh Fekete Szűcs", ""),
    "ro": ("Ștefan Andrei Radu Bogdan Dragoș Ionuț", "Ileana Mădălina Ioana Cătălina Roxana Anca", "Popescu Munteanu Dumitrescu Văcărescu Ciobanu Stănescu", ""),
    "tr": ("Mehmet Çağlar Burak İbrahim Oğuzhan Serkan", "Ayşe Gülşen Zeynep Şebnem Elif Tuğba", "Yılmaz Kılıç Öztürk Çelik Aydın Karadağ Şahin", ""),
    "vi": ("Văn_Hùng Minh_Tuấn Quốc_Bảo Đức_Anh Thanh_Sơn", "Thị_Hương Ngọc_Lan Thu_Hà Bích_Ngọc Phương_Thảo", "Nguyễn Trần Phạm Hoàng Đặng Bùi Võ", ""),
    "id": ("Budi Agus Bambang Hendra Wahyu Rizky", "Dewi Siti Ratna Putri Wulan Indah", "Santoso Wijaya Setiawan Pratama Kusuma Hidayat Siregar", ""),
    "ru": ("Дмитрий Сергей Алексей Фёдор Григорий Вячеслав", "Екатерина Людмила Наталья Юлия Ксения Зинаида", "Смирнов Кузнецов Воробьёв Лебедев Щербаков", "Смирнова Кузнецова Воробьёва Лебедева Щербакова"),
    "uk": ("Тарас Олександр Богдан Євген Микола Ярослав", "Оксана Ганна Соломія Тетяна Ірина Наталія", "Шевченко Коваленко Бондаренко Ткачук Мельник Гриценко", ""),
    "bg": ("Георги Димитър Стоян Красимир Христо", "Десислава Ралица Цветелина Невена Йорданка", "Петров Стоянов Ангелов Тодоров", "Петрова Стоянова Ангелова Тодорова"),
    "el": ("Γιώργος Δημήτρης Παναγιώτης Νικόλαος Σταύρος", "Ελένη Αικατερίνη Μαρία Βασιλική Δέσποινα", "Παπαδόπουλος Οικονόμου Γεωργίου Νικολαΐδης Αγγελόπουλος", "Παπαδοπούλου Οικονόμου Γεωργίου Νικολαΐδου Αγγελοπούλου"),
    "he": ("יוסף אברהם איתן נדב משה", "שירה רחל יעל תמר נועה", "כהן לוי מזרחי פרידמן ביטון שפירא", ""),
    "ar": ("محمد عبدالله خالد يوسف طارق سعيد", "فاطمة مريم عائشة نورة ليلى هدى", "الحربي القحطاني المصري العتيبي حداد الشريف", ""),
    "hi": ("राजेश अमित सुरेश विकास अर्जुन", "प्रिया सुनीता अंजलि कविता मीना", "शर्मा वर्मा गुप्ता सिंह अग्रवाल मिश्रा", ""),
    "th": ("สมชาย วิชัย ประเสริฐ ณัฐพล ธนากร", "สมหญิง สุดารัตน์ กนกวรรณ พิมพ์ชนก มาลี", "แสงทอง วงศ์สวัสดิ์ ศรีสุข บุญมี ทองดี", ""),
    "ja": ("健太 浩二 大輔 直樹 翔太", "美咲 陽子 恵子 由美子 さくら", "佐藤 高橋 渡辺 山本 小林 斎藤", ""),
    "zh": ("建国 志强 伟 俊杰 浩然", "丽华 秀英 芳 雨欣 静怡", "王 李 张 陈 欧阳 赵 周", ""),
    "ko": ("민준 서준 영수 성호 지훈", "서연 지은 미경 은정 하윤", "김 이 박 최 정 강", ""),
}
LATIN = "en de fr es pt it nl sv fi pl cs hu ro tr vi id".split()
SURNAME_FIRST, UNSPACED = {"hu", "vi"}, {"ja", "zh", "ko"}
PATRONYMIC = {"ru": ("Иванович Петрович Николаевич Сергеевич", "Ивановна Петровна Николаевна Сергеевна"), "uk": ("Іванович Петрович Андрійович", "Іванівна Петрівна Андріївна")}
TITLES = {"en": ("Mr|Dr.|Prof.", "Mrs|Ms|Dr."), "de": ("Herr|Dr.", "Frau|Frau Dr."), "fr": ("M.|Dr", "Mme|Dr"), "es": ("Sr.|D.", "Sra.|D.ª"), "it": ("Sig.|Dott.", "Sig.ra|Dott.ssa"), "nl": ("dhr.", "mevr."), "pl": ("Pan", "Pani"), "pt": ("Sr.", "Dona")}


def parts(rng, lang):
    """(given name, surname, 0 for a man or 1 for a woman)"""
    woman, lists = rng.randrange(2), PEOPLE[lang]
    given = rng.choice(lists[woman].split()).replace("_", " ")
    surname = rng.choice((lists[2 + woman] or lists[2]).split())
    if lang == "es" or (lang == "pt" and rng.random() < 0.5):
        surname += " " + rng.choice(lists[2].split())
    if lang == "nl" and rng.random() < 0.4:
        surname = rng.choice(["van der Linden", "de Jong", "van Dijk", "van den Berg", "ter Horst"])
    if lang in ("en", "de", "fr") and rng.random() < 0.08:
        surname += "-" + rng.choice([other for other in lists[2].split() if other != surname])
    return given, surname, woman


def full(rng, lang, order="usual"):
    """A full name; `order` is usual, comma, capitals, reversed, initial, middle or title."""
    given, surname, woman = parts(rng, lang)
    if lang in UNSPACED:
        return surname + rng.choice(["", "", " ", "　"] if lang == "ja" else [""]) + given
    if order == "comma":
        return f"{surname}, {given}"
    if order == "capitals":
        return f"{surname.upper()} {given}" if lang != "tr" else f"{surname.replace('i', 'İ').upper()} {given}"
    if lang in PATRONYMIC and order in ("middle", "reversed"):
        third = rng.choice(PATRONYMIC[lang][woman].split())
        return f"{surname} {given} {third}" if order == "reversed" else f"{given} {third} {surname}"
    if order == "initial":
        return f"{given[0]}. {surname}"
    if order == "middle" and lang in LATIN:
        return f"{given} {rng.choice('ABCDEFGHJKLMPRST')}. {surname}"
    if order == "title" and lang in TITLES:
        return f"{rng.choice(TITLES[lang][woman].split('|'))} {given} {surname}"
    return f"{surname} {given}" if (order == "reversed") != (lang in SURNAME_FIRST) else f"{given} {surname}"


def ascii_word(text):
    """A word as it stands in an address or a log-in: small ASCII letters."""
    text = text.lower().translate(str.maketrans({"ł": "l", "ß": "ss", "đ": "d", "ı": "i", "ü": "ue", "ö": "oe"}))
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if sign.isascii() and sign.isalnum())


def digits(rng, pattern):
    """`#` any digit, `N` two to nine, `A` a letter."""
    table = {"#": "0123456789", "N": "23456789", "A": "ABCDEGHJLNPRSTVXY"}
    return "".join(rng.choice(table[sign]) if sign in table else sign for sign in pattern)


# country: streets; cities (with what a postcode there looks like: `city=pattern`); forms
PLACES = {
    "US": ("Maple Ave|Old Mill Rd|W 47th St|Sunset Blvd|Cedar Creek Dr|County Road 12|Lincoln St NE|Magnolia Ct", "Austin=TX 787##|Boise=ID 837##|Columbus=OH 432##|Brooklyn=NY 112##|Fresno=CA 937##", "{n} {s}, {c}, {p}|{n} {s} Apt {u}, {c}, {p}|{n} {s}, Unit {u}, {c} {p}|{n} {s}\n{c}, {p}"),
    "GB": ("Rosebery Avenue|Mill Lane|Church Street|Station Road|The Crescent|Kingsway", "London=EC1R 4AA|Leeds=LS1 #AA|Bristol=BS8 #AA|Cardiff=CF10 #AA|Norwich=NR2 #AA", "{n} {s}, {c} {p}|Flat {u}, {n} {s}, {c}, {p}|{n} {s}\n{c}\n{p}"),
    "IE": ("Grafton Street|Patrick Street|Shop Street", "Dublin=D02 A###|Cork=T12 AA##|Galway=H91 A#A#", "{n} {s}, {c}, {p}"),
    "DE": ("Lindenstraße|Am Alten Markt|Goethestr.|Hauptstraße|Kastanienallee|Schillerplatz", "Berlin=10###|Hamburg=20###|Köln=50###|München=80###|Leipzig=04###", "{s} {n}, {p} {c}|{s} {n}a, {p} {c}|{s} {n}\n{p} {c}"),
    "AT": ("Mariahilfer Straße|Landstraßer Hauptstraße|Getreidegasse", "Wien=10#0|Graz=80##|Salzburg=50##", "{s} {n}/{u}, {p} {c}|{s} {n}/2/11, {p} {c}"),
    "CH": ("Bahnhofstrasse|Rue du Rhône|Seestrasse", "Zürich=80##|Genève=12##|Bern=30##", "{s} {n}, {p} {c}|{s} {n}, CH-{p} {c}"),
    "FR": ("rue de la République|avenue Victor Hugo|boulevard Voltaire|impasse des Lilas|quai de Jemmapes", "Paris=750##|Lyon=690##|Nantes=440##|Lille=590##", "{n} {s}, {p} {c}|{n} bis {s}, {p} {c}|{n} {s}\n{p} {c} CEDEX"),
    "ES": ("Calle de Alcalá|C/ Serrano|Avda. de la Constitución|Paseo de Gracia|Plaza Mayor", "Madrid=280##|Sevilla=410##|Valencia=460##", "{s}, {n}, 3º B, {p} {c}|{s} {n}, {p} {c}"),
    "IT": ("Via Garibaldi|Via Roma|Corso Buenos Aires|Piazza Dante|Viale dei Mille", "Milano=201##|Roma=001##|Torino=101##", "{s} {n}, {p} {c}|{s}, {n} - {p} {c}"),
    "NL": ("Prinsengracht|Kerkstraat|Dorpsweg|Laan van Meerdervoort", "Amsterdam=10## AA|Utrecht=35## AA|Den Haag=25## AA", "{s} {n}, {p} {c}|{s} {n}-2, {p} {c}"),
    "BE": ("Meir|Kerkstraat|Rue Haute|Avenue Louise", "Antwerpen=20##|Bruxelles=10#0|Gent=90##", "{s} {n}, {p} {c}|{s} {n} bus {u}, {p} {c}"),
    "SE": ("Sveavägen|Drottninggatan|Storgatan|Kungsgatan", "Stockholm=11# ##|Göteborg=41# ##|Malmö=21# ##", "{s} {n}, {p} {c}|{s} {n} lgh 1101, {p} {c}"),
    "FI": ("Mannerheimintie|Hämeenkatu|Aleksanterinkatu", "Helsinki=00#00|Tampere=33#00", "{s} {n} A {u}, {p} {c}"),
    "PL": ("ul. Marszałkowska|ul. Długa|al. Jerozolimskie|ul. Kwiatowa", "Warszawa=00-###|Kraków=31-###|Gdańsk=80-###", "{s} {n}/{u}, {p} {c}|{s} {n} m. {u}, {p} {c}"),
    "CZ": ("Vinohradská|Národní třída|Masarykova", "Praha 2=120 00|Brno=602 00|Plzeň=301 00", "{s} {n}/{u}, {p} {c}"),
    "HU": ("Petőfi Sándor utca|Váci út|Kossuth Lajos tér", "Budapest=1###|Szeged=67##|Debrecen=40##", "{p} {c}, {s} {n}. 3/{u}|{p} {c}, {s} {n}."),
    "PT": ("Rua Augusta|Avenida da Liberdade|Travessa do Carmo", "Lisboa=1200-###|Porto=4000-###", "{s}, {n}, 2.º Esq., {p} {c}|{s} {n}, {p} {c}"),
    "BR": ("Rua das Flores|Avenida Paulista|Rua Sete de Setembro|Travessa São José", "São Paulo - SP=01###-###|Rio de Janeiro - RJ=20###-###|Curitiba - PR=80###-###", "{s}, {n} - Centro, {c}, {p}|{s}, {n}, Apto {u}, {c}, CEP {p}"),
    "MX": ("Calle Orizaba|Av. Insurgentes Sur|Calle 5 de Mayo", "Ciudad de México=06###|Guadalajara=44###", "{s} #{n}, Col. Roma Norte, {p} {c}|{s} {n} Int. {u}, {p} {c}"),
    "TR": ("Atatürk Mah. Gül Sok.|Cumhuriyet Mah. Lale Cad.|Bahçelievler Mah. 12. Sok.", "Kadıköy/İstanbul=347##|Çankaya/Ankara=066##|Konak/İzmir=352##", "{s} No:{n} D:{u}, {p} {c}"),
    "RU": ("ул. Лесная|пр-т Мира|ул. Ленина|Садовый пер.", "г. Москва=12####|г. Санкт-Петербург=19####|г. Казань=42####", "{p}, {c}, {s}, д. {n}, кв. {u}|{c}, {s}, д. {n}, кв. {u}"),
    "UA": ("вул. Шевченка|вул. Хрещатик|просп. Перемоги", "м. Київ=01###|м. Львів=79###", "{s}, {n}, кв. {u}, {c}, {p}"),
    "GR": ("Ερμού|Πανεπιστημίου|Λεωφόρος Αλεξάνδρας", "Αθήνα=10# ##|Θεσσαλονίκη=54# ##", "{s} {n}, {p} {c}"),
    "IL": ("רחוב הרצל|שדרות רוטשילד|רחוב בן יהודה", "תל אביב=6######|ירושלים=9######", "{s} {n}, {c} {p}"),
    "SA": ("شارع الملك فهد|شارع التحلية|طريق العليا", "الرياض=11###|جدة=21###", "{n} {s}، {c} {p}"),
    "IN": ("MG Road|Shanti Nagar|Sector 14|Linking Road|4th Cross, Indiranagar", "Pune=4110##|Bengaluru=5600##|Mumbai=4000##", "Flat {u}, {s}, {c} {p}|{n}, {s}, {c} - {p}|H.No. {n}, {s}, {c}-{p}"),
    "AU": ("Wattle Grove|Flinders Lane|Bondi Road", "Fitzroy VIC=30##|Newtown NSW=20##|Fremantle WA=61##", "{n} {s}, {c} {p}|Unit {u}/{n} {s}, {c} {p}"),
    "CA": ("Queen St W|Rue Sainte-Catherine|Granville St", "Toronto ON=M5A #A#|Montréal QC=H2A #A#|Vancouver BC=V6A #A#", "{n} {s}, {c} {p}|{u}-{n} {s}, {c}  {p}"),
    "JP": ("神南|西新宿|本町|桜丘町", "東京都渋谷区=150-00##|大阪府大阪市中央区=541-00##|神奈川県横浜市西区=220-00##", "〒{p} {c}{s}1-{n}-{u}|{c}{s}{u}丁目{n}番{u}号"),
    "CN": ("科苑路|中山北路|人民大道|建国门外大街", "广东省深圳市南山区=518###|上海市普陀区=200###|北京市朝阳区=100###", "{c}{s}{n}号{u}栋301室|{c}{s}{n}号"),
    "KR": ("테헤란로|세종대로|강남대로", "서울특별시 강남구=06###|부산광역시 해운대구=48###", "{c} {s} {n}, {u}층|({p}) {c} {s} {n}"),
    "VN": ("Nguyễn Huệ|Lê Lợi|Trần Hưng Đạo", "Quận 1, TP. Hồ Chí Minh=700000|Quận Hoàn Kiếm, Hà Nội=100000", "{n} {s}, {c}|Số {n} đường {s}, {c}"),
    "TH": ("ถนนสุขุมวิท|ถนนสีลม", "กรุงเทพมหานคร=10###|เชียงใหม่=50###", "{n}/{u} {s} {c} {p}"),
}


def address(rng, country, street_only=False, lines=None):
    """A postal address; `lines` False keeps it in one line."""
    streets, cities, forms = (entry.split("|") for entry in PLACES[country])
    city, _, pattern = rng.choice(cities).partition("=")
    if country == "US":
        post = pattern[:3] + digits(rng, pattern[3:])
    elif country in ("GB", "IE", "NL", "CA"):
        post = pattern.split(" ")[0] if country in ("GB", "CA") else digits(rng, pattern.split(" ")[0])
        if country == "IE":
            post = pattern.split(" ")[0]
        if country == "CA":
            post = post[:2] + digits(rng, "A")
        post += " " + digits(rng, pattern.split(" ")[1])
    else:
        post = digits(rng, pattern)
    values = {"n": str(rng.choice([rng.randrange(1, 60), rng.randrange(1, 400)])), "u": str(rng.randrange(1, 30)), "s": rng.choice(streets), "c": city, "p": post}
    if street_only:
        return f"{values['n']} {values['s']}" if country in ("US", "GB", "FR", "AU", "CA", "IE") else f"{values['s']} {values['n']}"
    text = rng.choice(forms).format(**values)
    return text if lines else text.replace("\n", ", ")


LANG_COUNTRY = {"en": ["US", "GB", "AU", "CA", "IE"], "de": ["DE", "AT", "CH"], "fr": ["FR", "BE"], "es": ["ES", "MX"], "pt": ["PT", "BR"], "it": ["IT"], "nl": ["NL", "BE"], "sv": ["SE"], "fi": ["FI"], "pl": ["PL"], "cs": ["CZ"], "hu": ["HU"], "tr": ["TR"], "ru": ["RU"], "uk": ["UA"], "el": ["GR"], "he": ["IL"], "ar": ["SA"], "hi": ["IN"], "ja": ["JP"], "zh": ["CN"], "ko": ["KR"], "vi": ["VN"], "th": ["TH"]}
assert all(country in PLACES for countries in LANG_COUNTRY.values() for country in countries)
