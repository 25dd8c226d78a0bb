"""Words of the third exam: given names and surnames by language, streets and towns by country. All combinations are made up."""

# language: (given names, surnames, "gs" or "sg" = order in running text)
_N = {
 'en': ('Orla Desmond Tabitha Rufus Marguerite Clive Winifred Jarvis Philippa Lowell Henrietta Cormac', 'Thistlewood Ashbrook Pemberley Garside Okonjo-Hale Whitcombe Larkspur Dunmore Bracegirdle Sallow Fenwick Tolliver', 'gs'),
 'us': ('Darnell Shaniqua Brayden Kaylee Tyrell Marisol Wyatt LaToya Chase Mackenzie Hank Dolores', 'Washburn Kowalczik Delacroix Stubbs Yarborough Mendenhall Tran Rutherglen Oakes Santangelo Birdwell Crowfoot', 'gs'),
 'de': ('Jürgen Anneliese Björn Gudrun Rüdiger Käthe Detlef Ilse Sönke Hannelore Veit Wiebke', 'Müllersheim Größmann Krähenbühl Dörfler Schünemann Vogelsang Haßlinger Weiß Öttinger Brandhuber Strüver Knobloch', 'gs'),
 'fr': ('Aurélie Théophile Solène Gaëtan Françoise Loïc Clémence Hervé Noémie Anaïs Barthélemy Zoé', 'Lefèvre-Duval Chastaing Béranger Garnotel Le Goff d’Aubrac Pélissier Mercœur Hénaff Vautrin Ozanne Crépy', 'gs'),
 'es': ('Íñigo Begoña Álvaro Nuria Joaquín Encarnación Rubén Pilar Óscar Leire Ximena Fermín', 'Echevarría Núñez Zubizarreta Peñalver Ibáñez Cárdenas Llorente Quiñones Ordóñez Villalobos Báez Urrutia', 'gs'),
 'pt': ('João Inês Gonçalo Conceição Tomás Luísa Vítor Graça Simão Débora Otávio Jussara', 'Magalhães Brandão Conceição Falcão Guimarães Leitão Assunção Bragança Simões Tavares Quintão Araújo', 'gs'),
 'it': ('Niccolò Ludovica Gianluca Fiammetta Ruggero Concetta Tiziano Ornella Donatella Ubaldo Mafalda Elio', 'Bevilacqua D’Ascanio Pellegrinetti Cantù Zanforlin Mastroianni Quattrocchi Lo Presti Dell’Orto Sciarra Nardò Tirabassi', 'gs'),
 'nl': ('Sjoerd Marijke Joost Femke Ruben Hanneke Thijs Liesbeth Wouter Anouk Gijs Noortje', 'Hoogendijk Kuiperssen Vreeswijk Terpstra Zonneveld Oudekerk Brinkhorst Slagter Wieringa Dekkers Nooteboom Haverkamp', 'gs'),
 'sv': ('Åsa Göran Linnéa Örjan Märta Håkan Elsa Torbjörn Saga Sixten Gunnel Love', 'Sjökvist Ålund Bergström Öhrn Lindgärde Wallenås Hägg Stråle Nyfors Ekdahl Rönnmark Åkesson', 'gs'),
 'no': ('Øyvind Ragnhild Kåre Ingebjørg Sindre Åshild Trygve Solveig Håvard Turid Eirik Gro', 'Fjeldstad Ødegaard Bråten Haugerud Nygård Skjælaaen Løvland Tveit Aasland Kvåle Sørbø Myhre', 'gs'),
 'da': ('Søren Birgitte Jørn Mette Asger Kirsten Rasmus Ærø Niels Ulla Preben Dorthe', 'Højgaard Skovbæk Rønnow Kjærgaard Lauridsen Bøgh Thygesen Østergård Winther Frandsen Mølbak Damsgaard', 'gs'),
 'fi': ('Väinö Aino Jyrki Päivi Ilmari Tuulikki Eero Kyllikki Onni Sirpa Veikko Marjatta', 'Hämäläinen Kärkkäinen Yrjölä Metsäpelto Väyrynen Rautio Koivuniemi Lähteenmäki Saarikoski Pöyhönen Ojala Tanskanen', 'gs'),
 'is': ('Þórdís Guðmundur Sigríður Ásgeir Hallgerður Örn Ragnheiður Bjartur Ísold Steinþór', 'Þorvaldsdóttir Ásgeirsson Guðjónsdóttir Hallgrímsson Eyvindsdóttir Björgvinsson Snæbjörnsdóttir Ketilsson', 'gs'),
 'pl': ('Zbigniew Małgorzata Łukasz Grażyna Krzysztof Jadwiga Wojciech Żaneta Mieczysław Świętosława Bożena Stanisław', 'Wróblewska Dąbkowski Źródlewski Gwóźdź Szczepańska Łęcki Żółtowski Brzęczyk Kuśnierz Mrożek Pięta Jabłonowska', 'gs'),
 'cs': ('Jiří Květoslava Ondřej Zdeňka Řehoř Božena Lubomír Štěpánka Matěj Ludmila Vojtěch Růžena', 'Dvořáček Kučerová Hřebíček Šťastná Novotníček Žižková Říhová Břečka Vaňková Tománek Červinková Pokorníček', 'gs'),
 'sk': ('Ľudovít Žofia Dušan Božidara Štefan Ľubica Vladimír Anežka', 'Hrušovský Kováčiková Ďurica Môťovská Čerňanský Žiaková Ľupták Šoltésová', 'gs'),
 'hu': ('Zsófia Győző Ágnes Csaba Tünde Lőrinc Ildikó Örs Réka Géza Piroska Botond', 'Szőllősi Kőszegi Tóthfalusi Gyöngyösi Fehérvári Csörgő Hűvös Nádasdi Balogh Bükkösi Székely Várhegyi', 'sg'),
 'ro': ('Ștefan Anișoara Răzvan Ioniță Cătălina Țone Brândușa Gheorghiță Mădălina Sânziana', 'Brătescu Țăranu Ionașcu Mânzat Ștefăniță Pădureanu Vlăsceanu Grădinaru Cărbunescu Rotaru', 'gs'),
 'hr': ('Željko Đurđica Zvonimir Nevenka Krešimir Snježana Božo Šimun', 'Šarić Županović Đurđević Krčmar Ćosić Žgombić Vuković Škarica', 'gs'),
 'lt': ('Žydrūnas Eglė Ąžuolas Jūratė Šarūnas Danutė Mindaugas Živilė', 'Kazlauskienė Žukauskis Petrauskaitė Šimkūnas Vaičiūnienė Gedminaitė Jankauskis Čepulis', 'gs'),
 'lv': ('Jānis Ilze Ģirts Dzintra Mārtiņš Līga Uģis Zane', 'Bērziņš Ķikute Ozoliņa Šteins Krūmiņa Zariņš Ļaudupe Vītols', 'gs'),
 'et': ('Ülo Kädi Tõnu Maarja Jüri Õie Märt Pille', 'Mägisalu Tõnisson Põldver Järvekülg Kõrvits Saaremäe Üksvärav Rebane', 'gs'),
 'tr': ('Çağlar Gülşen İbrahim Ayşegül Oğuz Şükran Ümit Zübeyde Barış Hatice Tuğba Yiğit', 'Yıldızhan Çetinkol Öztürkmen Şahinbaş Kılıçer Günaydın Demirağ Aslantaş Uğurlu Büyükkaya Karadağlı İnceoğlu', 'gs'),
 'vi': ('Văn Hùng|Thị Mai|Quốc Bảo|Ngọc Ánh|Đình Khôi|Thu Hà|Minh Đức|Thanh Tâm|Hoàng Yến|Xuân Trường', 'Nguyễn Trần Phạm Huỳnh Đặng Bùi Đỗ Vũ Hồ Lương', 'sg'),
 'el': ('Θεόδωρος Παρασκευή Ευάγγελος Σταματία Αριστείδης Φωτεινή Νικηφόρος Ουρανία Λεωνίδας Δέσποινα', 'Παπακωνσταντής Χατζηγιάννου Καραμπέτσος Ξενοπούλου Τσακίρης Μαυρογένη Οικονομάκης Ψαρουδάκη Βλαχάκης Δροσοπούλου', 'gs'),
 'ru': ('Всеволод Агриппина Святослав Лариса Тимофей Евдокия Геннадий Зинаида Ярослав Людмила Пётр Ксения', 'Колокольцев Бережная Щукин Воскресенская Журавлёв Тихомирова Ястребов Подъячева Ефимцев Снегирёва Лопухин Чижова', 'gs'),
 'uk': ('Остап Соломія Богдан Ївга Любомир Олеся Тарас Ярина Єгор Христина', 'Ковальчишин Шевчучка Гнатюк Їжакевич Бондаренко-Гай Лисенко Ґудзь Сороченко Вітряк Завірюха', 'gs'),
 'bg': ('Калоян Цветелина Асен Йорданка Живко Снежана Радослав Гергана', 'Караджов Стоименова Въглещаров Тодоринска Бъчваров Ангелкова Щърбанов Делчинова', 'gs'),
 'sr': ('Љубомир Његослава Ђорђе Живана Милутин Јелисавета Чедомир Снежана', 'Ђурђевић Љубичић Петковић Џелебџић Стојановић Њежић Вукашиновић Ћирић', 'gs'),
 'ka': ('თამაზი ნინო ზურაბი ქეთევან გიორგი ელენე', 'ხუციშვილაძე წერეთლიანი ჯაფარაშვილი მელიქიძე ბერიძიანი ლომსაძე', 'gs'),
 'hy': ('Արամազդ Հասմիկ Տիգրան Շուշանիկ Վարդան Գոհար', 'Պետրոսյանց Հակոբջանյան Մկրտումյան Սարգսյանց Ղազարոսյան Տերունյան', 'gs'),
 'ar': ('طارق|سلمى|عبد الرحمن|نورة|حسام الدين|ليلى|ياسين|هيفاء|منذر|رقية', 'الشمراني|بن جلون|الحداد|المنصوري|أبو زيد|الخطيب|القحطاني|العلوي|الدباغ|النجار', 'gs'),
 'he': ('נחמיה שולמית אליעזר תמר יהונתן ציפורה גדעון אפרת ברוך רחלי', 'אשכנזיאן בן־שושן פרידלנדר מזרחיאל רבינוביץ אלמגור־כץ הררי שטרנליכט אבוקסיס ברגמנית', 'gs'),
 'fa': ('سیاوش|پریسا|کیخسرو|نسترن|بهرام|ژاله|گودرز|مهشید', 'رستگارپور|کاویانی‌فر|زرین‌کلاه|پهلوانیان|چراغیان|تهرانچی|یزدان‌پرست|گلشنی', 'gs'),
 'hi': ('हरिशंकर सुलोचना देवेन्द्र मीनाक्षी ओमप्रकाश शकुन्तला भूपेश अन्नपूर्णा रघुवीर कमलेश', 'चतुर्वेदी श्रीवास्तव भट्टाचार्य राठौड़ कुशवाहा त्रिपाठी मल्होत्रा पाण्डेय सक्सेना देशपांडे', 'gs'),
 'bn': ('শুভঙ্কর মধুমিতা রফিকুল শর্মিষ্ঠা অনির্বাণ নাসরিন তন্ময় রোকেয়া', 'চট্টোপাধ্যায় মজুমদার তালুকদার সেনগুপ্ত হাওলাদার ভৌমিক মোল্লা চক্রবর্তী', 'gs'),
 'ta': ('செந்தில்குமார் கோமதி முத்துவேல் தமிழ்செல்வி பாண்டியன் மீனலோசனி', 'சுப்பிரமணியம் கந்தசாமி நடராஜன் வேலாயுதம் அருணாசலம் இராமலிங்கம்', 'gs'),
 'te': ('వెంకటేశ్వర్లు సుభద్ర నాగార్జునరావు లక్ష్మీదేవి రాఘవేంద్ర శారదాంబ', 'చెన్నుపాటి గొల్లపూడి మల్లెమాల కొండవీటి యార్లగడ్డన్న తాళ్ళూరి', 'gs'),
 'th': ('สมหมาย วิไลวรรณ ประเสริฐ กาญจนา ธนากร มะลิวัลย์ ชูชาติ อรุณี', 'ศรีสมบูรณ์ วงศ์ไพศาล ทองประเสริฐ จันทร์กระจ่าง รุ่งเรืองกิจ บุญญาวงศ์ พูนทรัพย์ แสงดาว', 'gs'),
 'zh': ('建国 淑芬 志强 美玲 晓东 雅婷 文博 丽华 子涵 秀兰', '欧阳 赵 诸葛 郑 潘 司徒 邓 魏 薛 贺', 'sg'),
 'tw': ('俊傑 淑貞 冠宇 雅雯 志豪 麗卿 柏翰 佩珊', '劉 蕭 鄧 賴 顏 簡 歐陽 蘇', 'sg'),
 'ja': ('健太郎 美咲 隆之 さくら 慎一 千鶴子 大輔 陽菜 昭夫 結衣', '小笠原 早乙女 長谷部 勅使河原 大河内 西園寺 桐谷 五十嵐 羽生田 渡邊', 'sg'),
 'jk': ('ケンタロウ ミサキ タカユキ サクラ シンイチ チヅコ ダイスケ ヒナ', 'オガサワラ サオトメ ハセベ テシガワラ オオコウチ サイオンジ キリヤ イガラシ', 'sg'),
 'ko': ('민준 서연 지훈 하은 영수 미경 도윤 순자 태영 은지', '김 남궁 황보 박 제갈 선우 최 윤 독고 오', 'sg'),
 'am': ('ተስፋዬ አበበች ገብረማርያም ሰናይት ዮሐንስ ብርቱካን', 'ወልደሚካኤል ኃይለማርያም በቀለች ደምሴ ታደሰች ገሠሠው', 'gs'),
 'id': ('Bambang Siti Wahyudi Ningrum Agus Dewi Suharti Rizky', 'Wiryosumarto Handayaningsih Prasetyowati Kusumaatmadja Simanjuntak Hutapea Lestariningrum Pangestu', 'gs'),
 'sw': ('Baraka Neema Juma Zawadi Hamisi Rehema Mosi Subira', 'Mwakyembe Kilonzo Wanjohi Mutiso Ndungu Otieno-Ayoo Mwinyimkuu Chepkwony', 'gs'),
 'yo': ('Olúwaṣeun Adébọ́lá Títílayọ̀ Kẹ́hìndé Ṣọlá Àbíkẹ́ Fọlárìn Ìyábọ̀', 'Adégbìtẹ́ Ọlátúnjí Ṣóyẹmí Bámgbóṣé Ọ̀ṣúnlẹ́yẹ Akínwándé Fágbèmí Ògúnbánjọ', 'gs'),
 'ga': ('Caoimhe Ruairí Aoibheann Pádraig Sadhbh Fionnbarra Gráinne Tadhg', 'Ó Dálaigh|Ní Bhriain|Mac Giolla Eoin|Nic Dhomhnaill|Ó Súilleabháin|Uí Chathasaigh|Mac Cárthaigh|Ní Fhloinn', 'gs'),
}


def _s(t):
    return t.split('|') if '|' in t else t.split(' ')


NAMES = {k: (_s(a), _s(b), o) for k, (a, b, o) in _N.items()}
# names of two words in lists split at blanks
NAMES['fr'] = (NAMES['fr'][0], 'Lefèvre-Duval|Chastaing|Béranger|Garnotel|Le Goff|d’Aubrac|Pélissier|Mercœur|Hénaff|Vautrin|Ozanne|Crépy'.split('|'), 'gs')
NAMES['it'] = (NAMES['it'][0], 'Bevilacqua|D’Ascanio|Pellegrinetti|Cantù|Zanforlin|Quattrocchi|Lo Presti|Dell’Orto|Sciarra|Nardò|Tirabassi'.split('|'), 'gs')
NAMES['nl'] = (NAMES['nl'][0], 'van den Hoogendijk|Kuiperssen|de Vreeswijk|Terpstra|Zonneveld|van Oudekerk|Brinkhorst|ter Slagter|Wieringa|Dekkers|’t Nooteboom'.split('|'), 'gs')
NAMES['da'] = (['Søren', 'Birgitte', 'Jørn', 'Mette', 'Asger', 'Kirsten', 'Rasmus', 'Niels', 'Ulla', 'Preben', 'Dorthe'], NAMES['da'][1], 'gs')

LATIN = 'en us de fr es pt it nl sv no da fi is pl cs sk hu ro hr lt lv et tr vi id sw yo ga'.split()
OTHER = [k for k in NAMES if k not in LATIN and k != 'jk']
ALL = [k for k in NAMES if k != 'jk']

# country: (streets, towns with postcode pattern, forms); {h} house, {s} street, {t} town with postcode; the first form is the street line
ADDR = {
 'US': ('Quillback Ave|Old Tannery Rd|Sycamore Hollow Ln|Pelican Point Dr|W 143rd St|County Road 417|Juniper Bluff Ct|N Halverson Blvd', 'Wendover Falls, OH 4####|Pine Mesa, AZ 85###|Larkin Bay, ME 04###|Tule Creek, CA 9####-####|Bexar Oaks, TX 78###', '{h} {s}|{h} {s}, {t}|{h} {s} Apt {u}, {t}|{h} {s} Ste {u}00, {t}, USA'),
 'GB': ('Thornycroft Road|Mill Lane|Cobblers Wynd|St Aldhelm’s Close|Harrier Mews|Larchwood Crescent|Upper Fell Street', 'Marlow Cross, OX9 #@@|Kettlebury, LS2# #QX|Stranmouth, BH1 #@D|Edinburgh EH9# #XY', '{h} {s}|{h} {s}, {t}|Flat {u}, {h} {s}, {t}, United Kingdom'),
 'IE': ('Bóthar na Trá|Cloghroe Park|Distillery Quay|Knockmore Heights', 'Ballyfane, Co. Cork, P## W###|Droimneach, Co. Galway, H## K###', '{h} {s}|{h} {s}, {t}'),
 'DE': ('Lindenallee|Am Mühlgraben|Schnepfenweg|Käthe-Straßburg-Str.|Hinterm Deich|Gerbergasse|Rübezahlplatz', '04### Weidenau|80### Oberhaching|2#### Brunsbek|50### Altmühlheim', '{s} {h}|{s} {h}, {t}|{s} {h}a, {t}, Deutschland'),
 'AT': ('Kirchengasse|Zur Alten Säge|Marktplatz|Enzianweg', '10#0 Wien|50## Sankt Blasien|80## Grazfeld', '{s} {h}/{u}|{s} {h}/2/{u}, {t}'),
 'CH': ('Rebbergstrasse|Chemin des Noyers|Via al Ponte|Obere Zäune', '80## Zürich|12## Vernaz|69## Ponteggia', '{s} {h}|{s} {h}, CH-{t}'),
 'FR': ('rue des Tanneurs|avenue du Pré-aux-Clercs|impasse des Glycines|boulevard de la Corderie|place du Vieux-Puits|chemin de la Garenne', '75#1# Paris|692## Vénérieux|13### Calanques-sur-Mer|2901# Plouzévédé', '{h} {s}|{h} bis, {s}, {t}|{h} {s}, {t}, France'),
 'BE': ('Zonnestraat|rue du Tilleul|Kapelsesteenweg|Drève des Hêtres', '9### Waasdonk|10## Bruxelles|40## Ourthebois', '{s} {h}|{s} {h} bus {u}, {t}'),
 'NL': ('Molenwerf|Prins Mauritskade|Kerkpad|Zuiderzeelaan|Wilgenhof', '10## XQ Amsterdam|35## BD Utrechtseveld|97## ZK Noordwolde', '{s} {h}|{s} {h}-{u}, {t}'),
 'ES': ('Calle de la Encina|C/ Olivar Viejo|Avda. del Cantábrico|Plaza de los Naranjos|Paseo de la Alameda', '280## Madrid|410## Villarrubia|330## Peñamar', '{s}, {h}|{s}, {h}, {u}º izda., {t}|{s} {h}, {u}.º B, {t}'),
 'PT': ('Rua das Amoreiras Velhas|Travessa do Açougue|Av. dos Pescadores|Largo do Chafariz', '12##-### Lisboa|40##-### Vila Chã|80##-### Monte Gordinho', '{s}, {h}|{s} {h}, {u}.º Dto, {t}'),
 'BR': ('Rua Ipê-Amarelo|Avenida Marechal Tibúrcio|Alameda dos Jacarandás|Travessa São Bento', 'São Paulo - SP, 01###-###|Rio Pardinho - RS, 9####-###|Belém Novo - PA, 66###-###', '{s}, {h}|{s}, {h}, apto {u}1, {t}'),
 'IT': ('Via delle Ginestre|Corso Vittorio Amedeo|Piazza del Pozzo|Vicolo Stretto|Viale dei Pioppi', '001## Roma RM|201## Milano MI|4012# Borgofiume BO', '{s}, {h}|{s} {h}, int. {u}, {t}'),
 'PL': ('ul. Źródlana|ul. Krótka|al. Dębowa|os. Słoneczne|pl. Wolności', '00-### Warszawa|31-### Kraków|80-### Łęgowo', '{s} {h}|{s} {h}/{u}, {t}|{s} {h} m. {u}, {t}'),
 'CZ': ('Na Příkopech|U Mlýnské stoky|Třída Míru|Květná', '110 0# Praha|602 0# Brno|379 0# Třebíčko', '{s} {h}|{s} {h}/{u}, {t}'),
 'HU': ('Kőris utca|Szőlőhegy út|Malom köz|Fő tér', '10## Budapest|67## Szegedvár|40## Nyírkút', '{s} {h}.|{t}, {s} {h}. {u}. em. 4.'),
 'RO': ('Str. Fântânilor|Bd. Unirii Noi|Aleea Ștejarului|Calea Moșilor Vechi', '0#0### București|400### Clujana', '{s} nr. {h}|{s} nr. {h}, bl. C{u}, ap. {h}, {t}'),
 'SE': ('Björkvägen|Östra Hamngatan|Grönsaksgränd|Sjöstigen', '114 ## Stockholm|413 ## Göteborg|903 ## Umeby', '{s} {h}|{s} {h} lgh 1{u}01, {t}'),
 'NO': ('Fjellveien|Øvre Smuget|Kråkebollen|Storgata', '01## Oslo|50## Bergsund|90## Tromsneset', '{s} {h}|{s} {h}B, {t}'),
 'DK': ('Ålegårdsvej|Nørre Søgade|Mejerivænget|Ved Kæret', '1### København K|80## Aarhus C', '{s} {h}|{s} {h}, {u}. tv., {t}'),
 'FI': ('Mäntytie|Kalevankuja|Hämeenpolku|Satamakatu', '00### Helsinki|331## Tamperlahti', '{s} {h}|{s} {h} B {u}, {t}'),
 'TR': ('Gülbahçe Sokak|Atatürk Bulvarı|Çınarlı Cad.|İskele Caddesi', '34### Kadıköy/İstanbul|06### Çankaya/Ankara', '{s} No: {h}|Yenimahalle Mah. {s} No:{h} D:{u}, {t}'),
 'GR': ('Οδός Ευκαλύπτων|Λεωφόρος Ελαιώνα|Ανεμώνης|Πλατεία Φάρου', '115 ## Αθήνα|546 ## Θεσσαλονίκη', '{s} {h}|{s} {h}, {t}'),
 'RU': ('ул. Липовая|пр-т Космонавтов|Берёзовый пер.|ул. Малая Якиманская|наб. Рыбацкая', '1#1### Москва|190### Санкт-Петербург|620### Екатеринодольск', '{s}, д. {h}|{t}, {s}, д. {h}, кв. {u}|{t}, {s}, дом {h}, корп. 2, кв. {u}'),
 'UA': ('вул. Вишнева|просп. Соборності|пров. Їжаковий|вул. Ґонтова', '010## м. Київ|790## м. Львів', '{s}, {h}|{t}, {s}, буд. {h}, кв. {u}'),
 'BG': ('ул. „Явор“|бул. Черни връх|ж.к. Лозенец, ул. Елин пелин', '10## София|90## Варна', '{s} № {h}|{t}, {s} № {h}, ап. {u}'),
 'IL': ('רחוב האלון|שדרות הנרקיס|דרך הכרמים|סמטת הזית', 'תל אביב 61#####|חיפה 31#####', '{s} {h}|{s} {h} דירה {u}, {t}'),
 'SA': ('شارع الياسمين|طريق النخيل|شارع ابن زيدون', 'الرياض 1####|جدة 2####', '{h} {s}|{h} {s}، حي الورود، {t}'),
 'EG': ('شارع البستان|شارع نهر النيل الأزرق|ميدان الزهور', 'القاهرة 115##|الإسكندرية 215##', '{h} {s}|{h} {s}، شقة {u}، {t}'),
 'IN': ('Gulmohar Marg|3rd Cross, Jayanagara East|Tank Bund Road|Station Road', 'Pune 4110##|Bengaluru 5600##|Kolkata 7000##', '{h}, {s}|Flat {u}0{u}, Plot {h}, {s}, {t}|H.No. {h}/{u}, {s}, {t}, India'),
 'ID': ('Jl. Kenanga|Jl. Raya Pelabuhan|Gg. Melati II', 'Jakarta Selatan 12###|Bandung 401##', '{s} No. {h}|{s} No. {h} RT 00{u}/RW 0{u}, {t}'),
 'TH': ('ถนนดอกบัว|ซอยลำพู 5|ถนนริมคลอง', 'กรุงเทพฯ 10##0|เชียงใหม่ 50##0', '{h}/{u} {s}|{h}/{u} {s} แขวงบางมะลิ {t}'),
 'VN': ('đường Hoa Phượng|phố Hàng Lụa|ngõ Cây Đa', 'Hà Nội 1#0000|TP. Hồ Chí Minh 7#0000', 'Số {h} {s}|{h} {s}, phường {u}, {t}'),
 'CN': ('梧桐路|建设北街|翠湖东路|和睦里', '上海市徐汇区|广东省深圳市南山区|四川省成都市青羊区', '{s}{h}号|{t}{s}{h}号{u}单元{u}01室'),
 'TW': ('和順路二段|民樂街|松濤一路', '台北市大安區|高雄市鹽埕區', '{s}{h}號|{t}{s}{h}號{u}樓'),
 'JP': ('緑ヶ丘|桜新町|本町通り|若葉台', '〒1##-00## 東京都世田谷区|〒5##-08## 大阪府堺市北区|〒0##-00## 北海道札幌市中央区', '{s}{u}丁目{h}番{u}号|{t}{s}{u}-{h}-{u}|{t}{s}{u}丁目{h}番地 コーポ青葉{u}03'),
 'KR': ('은행나무로|들꽃길|강변북로7길', '서울특별시 마포구|부산광역시 해운대구', '{s} {h}|{t} {s} {h}, {u}층|{t} {s} {h}, 10{u}동 {u}02호'),
 'AU': ('Wattlebird Way|Old Shearers Rd|Jetty Pde|Gumnut Cct', 'Bellbrook Heights NSW 2###|Port Harlan VIC 3###|Tarra Downs QLD 4###', '{h} {s}|{u}/{h} {s}, {t}|Unit {u}, {h} {s}, {t}'),
 'MX': ('Calle Tulipanes|Av. Cuauhtémoc Norte|Privada Jacaranda', 'Col. Roma Vieja, 06### Ciudad de México, CDMX|Col. Centro, 44### Guadalajara, Jal.', '{s} {h}|{s} {h} Int. {u}, {t}'),
 'ZA': ('Fynbos Lane|Kerkstraat|Umhlanga Ridge Dr', 'Bergvliet 79##|Sandton 21##', '{h} {s}|{h} {s}, {t}'),
}
ADDR = {k: tuple(x.split('|') for x in v) for k, v in ADDR.items()}

# country: national forms; international forms (# digit, ~ 2-9); drama ranges where the country has them
PHONES = {
 'US': ('(212) 555-01##|312-555-01##|415.555.01##|(702)555-01##', '+1 617 555 01##|+1-808-555-01##|+140655501##|1-305-555-01##'),
 'CA': ('(604) 555-01##|416-555-01##', '+1 (514) 555-01##|+1 780 555 01##'),
 'GB': ('020 7946 0###|07700 900###|0161 496 0###|(0131) 496 0###', '+44 20 7946 0###|+447700900###|0044 161 496 0###|+44 (0)117 496 0###'),
 'IE': ('020 91# ####', '+353 20 91# ####'),
 'DE': ('030 23125###|0171 39200##|089/99998###|0221-4710###', '+49 30 23125 ###|+49 171 39200##|+49 (0)69 90009###|+494066969###'),
 'FR': ('01 99 00 ## ##|06 39 98 ## ##|04.65.71.##.##|0536490###', '+33 1 99 00 ## ##|+33639980###|+33 (0)2 61 91 ## ##|0033 5 36 49 ## ##'),
 'IT': ('06 4### ####|02-7######|347 ~## ####', '+39 06 4### ####|+39 347 ~## ####|0039 02 7######'),
 'ES': ('612 ### ###|91# ## ## ##', '+34 612 ### ###|+34 93# ## ## ##|0034 95# ######'),
 'PT': ('21# ### ###|91# ### ###', '+351 21# ### ###|+351 93# ### ###'),
 'NL': ('020-~## ####|06-2#######|010 ~## ## ##', '+31 6 2#######|+31 (0)20 ~## ####|0031 10 ~## ## ##'),
 'BE': ('02 ~## ## ##|047# ## ## ##', '+32 47# ## ## ##|+32 (0)2 ~## ## ##'),
 'CH': ('044 ~## ## ##|079 ~## ## ##', '+41 79 ~## ## ##|+41 (0)44 ~## ## ##|0041 22 ~## ## ##'),
 'AT': ('01 ~#### ###|0664 ~######', '+43 1 ~######|+43 664 ~######'),
 'SE': ('070-174 06 ##|08-465 004 ##', '+46 70 174 06 ##|+46 8 465 004 ##'),
 'NO': ('4## ## ###|22 ## ## ##', '+47 4## ## ###|+47 22 ## ## ##'),
 'DK': ('~# ## ## ##', '+45 ~# ## ## ##'),
 'FI': ('040 ~## ####|09 ~## ####', '+358 40 ~## ####|+358 9 ~## ####'),
 'PL': ('5## ### ###|22 ~## ## ##', '+48 5## ### ###|+48 22 ~## ## ##'),
 'CZ': ('60# ### ###', '+420 60# ### ###|00420 2~# ### ###'),
 'HU': ('06 1 ~## ####|06-30-~##-####', '+36 1 ~## ####|+36 30 ~## ####'),
 'RO': ('021 ~## ## ##|072# ### ###', '+40 72# ### ###'),
 'GR': ('210 ~## ####|697 ~## ####', '+30 210 ~## ####|+30 697 ~## ####'),
 'TR': ('0212 ~## ## ##|0532 ~## ## ##|(0312) ~## ## ##', '+90 532 ~## ## ##|+90 (212) ~## ## ##'),
 'RU': ('8 (495) ~##-##-##|8 916 ~##-##-##', '+7 (812) ~##-##-##|+7916~######|+7 495 ~##-##-##'),
 'UA': ('044 ~## ## ##|(067) ~##-##-##', '+380 44 ~## ## ##|+38 (067) ~##-##-##|+38050~######'),
 'IL': ('03-6##-####|050-~##-####', '+972 50-~##-####|+972-3-6##-####'),
 'AE': ('050 ~## ####|04 3## ####', '+971 50 ~## ####|00971 4 3## ####'),
 'SA': ('055 ~## ####|011 4## ####', '+966 55 ~## ####|+966114######'),
 'EG': ('010 0~## ####|02 2### ####', '+20 10 0~## ####|+20 2 2### ####'),
 'IN': ('098### #####|022 2### ####', '+91 98### #####|+91-22-2### ####|+9198########'),
 'TH': ('02 ~## ####|081 ~## ####', '+66 2 ~## ####|+66 81 ~## ####'),
 'VN': ('090 ~## ## ##|024 3### ####', '+84 90 ~## ## ##|+84 28 3### ####'),
 'CN': ('010-6### ####|138 #### ####', '+86 138 #### ####|+86 10 6### ####'),
 'HK': ('9~## ####', '+852 9~## ####'),
 'TW': ('02-2### ####|0912-###-###', '+886 912 ### ###'),
 'JP': ('03-3~##-####|090-~###-####|06(6~##)####', '+81 90-~###-####|+81-3-3~##-####'),
 'KR': ('02-~##-####|010-~###-####', '+82 10-~###-####|+82-2-~##-####'),
 'SG': ('9~## ####', '+65 9~## ####'),
 'AU': ('0491 570 1##|(02) 5550 1###', '+61 491 570 1##|+61 2 5550 1###|+61 (0)3 7010 1###'),
 'NZ': ('09 ~## ####|021 ~## ####', '+64 21 ~## ####'),
 'ZA': ('011 ~## ####|082 ~## ####', '+27 82 ~## ####'),
 'NG': ('0803 ~## ####', '+234 803 ~## ####'),
 'KE': ('0722 ~#####', '+254 722 ~#####'),
 'BR': ('(11) 9~###-####|(21) 3###-####', '+55 11 9~###-####|+55 (21) 3###-####'),
 'MX': ('55 ~### ####|(33) 3### ####', '+52 55 ~### ####'),
 'AR': ('011 4###-####|011 15-~###-####', '+54 11 4###-####|+54 9 11 ~###-####'),
}
PHONES = {k: (a.split('|'), b.split('|')) for k, (a, b) in PHONES.items()}
TRUNK0 = [k for k in PHONES if all(f.lstrip('(').startswith('0') for f in PHONES[k][0])]

_T = {'а':'a','б':'b','в':'v','г':'g','ґ':'g','д':'d','е':'e','ё':'e','є':'ye','ж':'zh','з':'z','и':'i','і':'i','ї':'yi','й':'y','к':'k','л':'l','м':'m','н':'n','о':'o','п':'p','р':'r','с':'s','т':'t','у':'u','ф':'f','х':'kh','ц':'ts','ч':'ch','ш':'sh','щ':'shch','ъ':'','ы':'y','ь':'','э':'e','ю':'yu','я':'ya','ß':'ss','ø':'o','æ':'ae','ł':'l','đ':'d','ð':'d','þ':'th','ı':'i','œ':'oe'}


def ascii_(t):
    """a lower-case mail part of a name"""
    import unicodedata
    out = ''
    for ch in t.lower():
        ch = _T.get(ch, ch)
        out += ''.join(c for c in unicodedata.normalize('NFD', ch) if c.isascii() and c.isalnum())
    return out
