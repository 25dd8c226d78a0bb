"""Names and places of many countries, for made-up cells. None of the lists is the detectors' own."""

GIVEN = {
    "us": "James Mary Robert Patricia Linda Michael Barbara William Jennifer David Susan Joseph Karen Daniel Nancy Mark Betty Steven Ashley "
          "Tyrone Keisha Brandon Brittany Travis Courtney Marcus Monique Duane Shanice Cody Mackenzie Hunter Kaylee Wyatt Peyton Jerome Latoya",
    "uk": "Oliver Amelia Harry Isla Jack Freya Alfie Poppy Callum Niamh Hamish Siobhan Gareth Rhiannon Nigel Gemma Alistair Imogen Rory Eilidh",
    "de": "Lukas Leonie Finn Hannelore Jürgen Ingrid Dieter Sabine Uwe Heike Torsten Katrin Wolfgang Gisela Björn Anneliese Matthias Ute",
    "fr": "Léa Hugo Chloé Théo Manon Mathis Camille Jules Océane Thierry Sylvie Guillaume Nathalie Benoît Élodie Pascal Corinne Yannick",
    "es": "Alejandra Javier Lucía Diego Paula Álvaro Marta Sergio Inés Rubén Pilar Ignacio Rocío Andrés Beatriz Óscar Nuria Joaquín",
    "it": "Giulia Matteo Francesca Lorenzo Chiara Davide Martina Alessandro Federica Giuseppe Valentina Salvatore Ilaria Gianluca Paola Enrico",
    "pt": "João Beatriz Tiago Inês Rafael Larissa Thiago Juliana Bruno Fernanda Leandro Camila Vinícius Letícia Gustavo Patrícia",
    "pl": "Agnieszka Krzysztof Małgorzata Piotr Katarzyna Tomasz Zofia Wojciech Magdalena Grzegorz Ewa Łukasz Joanna Paweł",
    "nl": "Daan Sanne Bram Lotte Thijs Femke Jeroen Marloes Ruud Anouk Wouter Ilse Pieter Maaike",
    "se": "Linnéa Oskar Ebba Gustav Freja Lars Astrid Nils Ingrid Björn Maja Sven Elin Håkan",
    "tr": "Mehmet Ayşe Mustafa Zeynep Emre Elif Burak Fatma Murat Esra Hakan Merve",
    "in": "Aarav Priya Rohan Ananya Vikram Deepika Arjun Kavya Suresh Lakshmi Rajesh Pooja Sanjay Meera Harish Divya",
    "cn": "Wei Xiaoming Li Jing Hao Yan Mei Jun Fang Qiang Ying Lei Na Tao",
    "ng": "Chinedu Ngozi Emeka Adaeze Tunde Folake Ifeanyi Amaka Segun Yetunde",
    "ar": "Omar Fatima Hassan Layla Youssef Amina Khalid Noura Tariq Samira Mahmoud Rania",
    "ru": "Dmitri Olga Sergei Natalia Alexei Svetlana Vladimir Irina Nikolai Tatiana Yuri Ekaterina",
    "jp": "Haruto Yui Takashi Sakura Kenji Yuki Hiroshi Akiko Satoshi Naoko Daisuke Emi",
    "kr": "Minjun Seoyeon Jihoon Jiwoo Hyun Soojin Donghyun Eunji",
    "vn": "Minh Linh Tuan Huong Duc Lan Quang Thao",
}
FAMILY = {
    "us": "Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Wilson Anderson Thomas Taylor Moore Jackson "
          "Washington Jefferson Kowalski Schroeder Hutchinson Castaneda Gallagher Whitaker Delgado McKenzie O'Brien Yoder Abernathy Boudreaux",
    "uk": "Hughes Llewellyn Fletcher Ashworth MacLeod Sinclair Thornton Bairstow Pemberton Cartwright Gallacher Redfern Holloway Whitehead",
    "de": "Müller Schmidt Schneider Fischer Weber Meyer Wagner Schulz Hoffmann Krüger Böhm Lindemann Steinbach Grünewald Zimmermann Köhler",
    "fr": "Martin Bernard Dubois Thomas Moreau Laurent Lefèvre Girard Rousseau Chevalier Gauthier Perrin Lemoine Beaumont Desjardins",
    "es": "García Fernández González Sánchez Pérez Gómez Ruiz Jiménez Ortega Iglesias Cabrera Domínguez Villanueva Carrasco",
    "it": "Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Lombardi Moretti Barbieri Fontana",
    "pt": "Silva Santos Oliveira Souza Ferreira Almeida Carvalho Gonçalves Ribeiro Teixeira Cardoso Nogueira",
    "pl": "Nowak Kowalczyk Wiśniewski Wójcik Kamińska Lewandowski Zieliński Szymańska Dąbrowski Kozłowska",
    "nl": "de Vries|van den Berg|van Dijk|Bakker|Janssen|Visser|Smit|Meijer|de Boer|Mulder|Hendriks|Dekker",
    "se": "Andersson Johansson Karlsson Nilsson Eriksson Lindqvist Bergström Holmberg Sjöberg Nyström",
    "tr": "Yılmaz Kaya Demir Çelik Şahin Yıldız Öztürk Aydın Arslan Doğan",
    "in": "Sharma Patel Singh Gupta Reddy Iyer Nair Chatterjee Deshpande Banerjee Mehta Krishnan Joshi Rao",
    "cn": "Wang Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Sun Ma",
    "ng": "Okafor Adeyemi Okonkwo Balogun Eze Nwosu Adebayo Obi Ogunleye",
    "ar": "Al-Farsi|Haddad|Mansour|El-Sayed|Khoury|Rahman|Nasser|Abdullah|Hussein|Saleh",
    "ru": "Ivanov Petrova Sokolov Volkova Kuznetsov Morozova Popov Lebedeva Orlov",
    "jp": "Tanaka Suzuki Watanabe Yamamoto Nakamura Kobayashi Takahashi Ito Saito",
    "kr": "Kim Lee Park Choi Jung Kang Cho Yoon",
    "vn": "Nguyen Tran Le Pham Hoang Vo Dang Bui",
}
US_CITIES = [("Tulsa", "OK", "741"), ("Spokane", "WA", "992"), ("Baton Rouge", "LA", "708"), ("Des Moines", "IA", "503"), ("Fort Wayne", "IN", "468"),
             ("Chattanooga", "TN", "374"), ("El Paso", "TX", "799"), ("Grand Rapids", "MI", "495"), ("St. Paul", "MN", "551"), ("Santa Rosa", "CA", "954")]
US_STREETS = ["Maple", "Washington", "Old Mill", "Cedar Ridge", "W 34th", "Martin Luther King Jr", "N Lincoln", "County Line", "Peachtree", "Juniper"]
US_KINDS = ["Ave", "Street", "St", "Blvd", "Rd", "Drive", "Ln", "Court", "Pkwy", "Way"]
UK = [("London", "NW10 5NU"), ("Manchester", "M14 6HY"), ("Leeds", "LS6 2AB"), ("Edinburgh", "EH8 9YL"), ("Cardiff", "CF10 3AT"), ("Norwich", "NR2 4SX")]
UK_STREETS = ["Harrow Road", "Station Road", "Church Lane", "Victoria Street", "Kingsway", "Mill Lane", "The Crescent", "Queen's Drive"]
DE = [("Berlin", "10969"), ("München", "80331"), ("Hamburg", "20095"), ("Köln", "50667"), ("Leipzig", "04109")]
DE_STREETS = ["Lindenstraße", "Hauptstr.", "Bahnhofstraße", "Goethestr.", "Am Alten Markt", "Schillerplatz", "Bergweg", "Rosenallee"]
FR = [("Lyon", "69002"), ("Paris", "75011"), ("Toulouse", "31000"), ("Nantes", "44000")]
FR_STREETS = ["rue de la République", "avenue Jean Jaurès", "boulevard Voltaire", "place Bellecour", "impasse des Lilas", "chemin du Moulin"]
ES = [("Madrid", "28013"), ("Sevilla", "41004"), ("Valencia", "46002")]
ES_STREETS = ["Calle Mayor", "Avenida de la Constitución", "Paseo del Prado", "Plaza de España", "C/ Serrano"]
AU = [("Parramatta NSW", "2150"), ("Fitzroy VIC", "3065"), ("Toowong QLD", "4066")]
CA = [("Toronto, ON", "M5V 2T6"), ("Calgary, AB", "T2P 1J9"), ("Halifax, NS", "B3H 4R2")]


def words(lists, country):
    """The country's names."""
    text = lists[country]
    return text.split("|") if "|" in text else text.split()
