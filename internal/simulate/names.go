package simulate

// region is a part of the world that people of a circle live in: what they are
// called there and how far their clocks are from UTC.
type region struct {
	offsets []int // minutes east of UTC; daylight saving is left out
	given   []string
	family  []string
}

// The regions, named by the index that the circles refer to.
const (
	lusophone = iota
	nordic
	british
	german
	westAfrica
	japan
	india
	american
	latin
	slavic
	french
	eastAfrica
	korea
	southSeas
	regions
)

// Given and family names are common ones, combined by chance. No one person is
// meant by any of them.
var namesOf = [regions]region{
	lusophone: {
		[]int{0, 0, 0, -180},
		[]string{"Inês", "Tiago", "Beatriz", "Duarte", "Leonor", "Rui", "Matilde", "Gonçalo", "Catarina", "Vasco", "Joana", "Nuno", "Marta", "Afonso", "Lídia", "Simão", "Teresa", "Bruno", "Carolina", "Hélder", "Sónia", "Artur", "Rosa", "Xavier"},
		[]string{"Almeida", "Carvalho", "Moura", "Teixeira", "Pinheiro", "Antunes", "Queirós", "Lobo", "Serrano", "Barros", "Freitas", "Coelho", "Nogueira", "Marques", "Vieira", "Faria", "Sequeira", "Matias", "Brandão", "Guerreiro", "Leal", "Ventura", "Morais", "Pires"},
	},
	nordic: {
		[]int{60, 60, 120},
		[]string{"Astrid", "Eirik", "Signe", "Lasse", "Ylva", "Jonas", "Maja", "Sindre", "Tuuli", "Aleksi", "Freja", "Mads", "Ingeborg", "Oskar", "Saana", "Vidar", "Tove", "Elias", "Runa", "Magnus", "Liv", "Anders", "Hilla", "Niko"},
		[]string{"Lindqvist", "Haugen", "Bergström", "Nygård", "Korhonen", "Solheim", "Dahl", "Ekman", "Rasmussen", "Laine", "Fossum", "Holmgren", "Vestergaard", "Mäkelä", "Strand", "Aalto-Berg", "Skov", "Nieminen", "Lunde", "Wikström", "Krogh", "Heikkilä", "Moberg", "Tveit"},
	},
	british: {
		[]int{0},
		[]string{"Nia", "Callum", "Bronwen", "Harriet", "Declan", "Priya", "Ewan", "Maeve", "Rowan", "Tamsin", "Idris", "Orla", "Fergus", "Amina", "Gethin", "Isla", "Joss", "Niamh", "Tobias", "Sorcha", "Winston", "Zara", "Alasdair", "Cerys"},
		[]string{"Pritchard", "Okafor-Hill", "MacInnes", "Thornbury", "Gallagher", "Patel", "Ashworth", "Llewellyn", "Drummond", "Penrose", "Hartley", "O’Dowd", "Sutcliffe", "Bevan", "Rahman", "Fairbairn", "Tregear", "Quigley", "Marsden", "Adeyemi", "Holloway", "Kinsella", "Wetherby", "Innes"},
	},
	german: {
		[]int{60},
		[]string{"Anneke", "Lukas", "Greta", "Emre", "Frieda", "Jannik", "Helene", "Matthis", "Ayşe", "Konrad", "Lieselotte", "Fabian", "Nele", "Ruben", "Theresa", "Cem", "Wiebke", "Moritz", "Sanne", "Joost", "Marlene", "Till", "Femke", "Bastian"},
		[]string{"Brandt", "Yıldız", "Hofstetter", "Kessler", "van Dijk", "Lorenz", "Aydın", "Petersen", "Rautenberg", "Vogelsang", "Bakker", "Eichhorn", "Wendt", "Kaya", "Steinmetz", "de Wit", "Oberhauser", "Brückner", "Scholten", "Jansen", "Reuter", "Demir", "Haverkamp", "Zellweger"},
	},
	westAfrica: {
		[]int{60, 60, 0},
		[]string{"Adaeze", "Kwame", "Temitope", "Chidi", "Efua", "Babajide", "Zainab", "Kofi", "Ngozi", "Ibrahim", "Abena", "Olumide", "Halima", "Yaw", "Folake", "Emeka", "Aissatou", "Musa", "Ama", "Tunde", "Ifeoma", "Sekou", "Nana", "Uche"},
		[]string{"Okonkwo", "Mensah", "Balogun", "Eze", "Boateng", "Adebayo", "Diallo", "Owusu", "Nwachukwu", "Asante", "Ogunleye", "Bello", "Amoah", "Obi", "Traoré", "Lawal", "Ofori", "Anyanwu", "Sarpong", "Danjuma", "Akande", "Quaye", "Ibe", "Keita"},
	},
	japan: {
		[]int{540},
		[]string{"Haruka", "Kenta", "Yui", "Sōta", "Misaki", "Ren", "Aoi", "Takumi", "Nanami", "Daichi", "Hinata", "Kaito", "Chihiro", "Ryō", "Sakura", "Yūto", "Mio", "Shun", "Ayaka", "Tsubasa", "Kaede", "Noboru", "Emi", "Isamu"},
		[]string{"Moriyama", "Kuroda", "Hayashi", "Ōnishi", "Takeda", "Shimizu", "Nakagawa", "Fujiwara", "Matsuo", "Sugimoto", "Ishikawa", "Kubo", "Aizawa", "Hirano", "Noguchi", "Ueda", "Kitamura", "Okada", "Tani", "Yasuda", "Endō", "Maruyama", "Sekine", "Iwata"},
	},
	india: {
		[]int{330},
		[]string{"Ananya", "Rohan", "Meera", "Arjun", "Kavya", "Farhan", "Lakshmi", "Vikram", "Ishita", "Sameer", "Devika", "Nikhil", "Tanvi", "Imran", "Padma", "Karthik", "Ritika", "Joseph", "Sunita", "Aditya", "Nandini", "Gurpreet", "Leela", "Harish"},
		[]string{"Iyer", "Deshpande", "Menon", "Qureshi", "Banerjee", "Kulkarni", "Nair", "Chowdhury", "Rao", "Bhatt", "Thomas", "Sandhu", "Krishnan", "Mukherjee", "Joshi", "Siddiqui", "Pillai", "Ghosh", "Hegde", "Fernandes", "Varma", "Das", "Gokhale", "Subramanian"},
	},
	american: {
		[]int{-300, -300, -360, -420, -480},
		[]string{"Maya", "Darnell", "June", "Theo", "Marisol", "Wyatt", "Imani", "Caleb", "Hazel", "Dakota", "Ruth", "Malik", "Opal", "Henry", "Naomi", "Jesse", "Pearl", "Andre", "Willa", "Silas", "Tess", "Omar", "Clara", "Beau"},
		[]string{"Whitaker", "Delgado", "Freeman", "Kowalski", "Tran", "Hollis", "Yazzie", "Baptiste", "Larkin", "Nguyen", "Ransom", "Ortega", "Sundberg", "Coleman", "Pham", "Tillman", "Abbott", "Reyes", "Fontaine", "Begay", "Mercer", "Okoro", "Lindgren", "Castellano"},
	},
	latin: {
		[]int{-180, -300, -360, 60},
		[]string{"Valentina", "Mateo", "Lucía", "Joaquín", "Ximena", "Andrés", "Camila", "Emiliano", "Paloma", "Iker", "Renata", "Facundo", "Itzel", "Gael", "Noelia", "Tomás", "Maite", "Rodrigo", "Aurora", "Ignacio", "Dolores", "Benjamín", "Inés", "Saúl"},
		[]string{"Villanueva", "Quispe", "Herrera", "Montoya", "Echeverría", "Mamani", "Salcedo", "Rojas", "Arriaga", "Benítez", "Ledesma", "Zamora", "Huamán", "Cárdenas", "Ibarra", "Pacheco", "Urrutia", "Sandoval", "Ferreyra", "Olivares", "Ponce", "Galindo", "Tapia", "Navarrete"},
	},
	slavic: {
		[]int{60, 60, 120},
		[]string{"Zofia", "Jakub", "Milena", "Ondřej", "Oksana", "Piotr", "Jana", "Dragan", "Weronika", "Taras", "Katarína", "Goran", "Hanna", "Vojtěch", "Lidija", "Mirek", "Daryna", "Stanislav", "Ewa", "Luka", "Bohdana", "Tomasz", "Nikolina", "Andrij"},
		[]string{"Kowalczyk", "Novotný", "Petrenko", "Horvat", "Wiśniewska-Lis", "Dvořáková", "Bondar", "Jovanović", "Zieliński", "Krejčí", "Savchuk", "Marić", "Wójcik", "Hruška", "Lysenko", "Babić", "Sikora", "Beneš", "Kravets", "Kos", "Mazur", "Vlček", "Tkach", "Perić"},
	},
	french: {
		[]int{60, 60, -300},
		[]string{"Camille", "Étienne", "Salomé", "Youssef", "Margaux", "Baptiste", "Leïla", "Rémi", "Anaïs", "Mathis", "Solène", "Karim", "Élodie", "Gaspard", "Nour", "Maxence", "Maëlle", "Antoine", "Inaya", "Loïc", "Apolline", "Sami", "Clémence", "Thibault"},
		[]string{"Lefèvre", "Benali", "Marchand", "Gauthier", "Tremblay", "Rousselot", "Haddad", "Perrin", "Le Goff", "Bouchard", "Charpentier", "Ait Saïd", "Fournier", "Delacourt", "Mercier", "Pelletier", "Renard", "Slimani", "Vasseur", "Brunet", "Kermarrec", "Aubert", "Cohen-Roy", "Picard"},
	},
	eastAfrica: {
		[]int{180},
		[]string{"Wanjiru", "Juma", "Selam", "Baraka", "Achieng", "Dawit", "Neema", "Otieno", "Hirut", "Amani", "Makena", "Yonas", "Zawadi", "Kiptoo", "Tigist", "Rashid", "Nyambura", "Abel", "Furaha", "Mwangi", "Liya", "Salim", "Atieno", "Bekele"},
		[]string{"Kamau", "Ochieng", "Tesfaye", "Mwakio", "Njoroge", "Abdi", "Wekesa", "Gebre", "Kariuki", "Mushi", "Odhiambo", "Haile", "Mutua", "Omondi", "Alemu", "Kimani", "Swai", "Desta", "Kiplagat", "Mrema", "Wambui", "Negash", "Barasa", "Chege"},
	},
	korea: {
		[]int{540, 480},
		[]string{"Seo-yeon", "Min-jun", "Ji-woo", "Ha-eun", "Do-yun", "Yuna", "Jae-hyun", "Soo-ah", "Wei", "Xinyi", "Jun", "Mei-Ling", "Hao", "Yating", "Tae-min", "Eun-bi", "Kai", "Shu-fen", "Bo-ram", "Zihan", "Ling", "Chun-hao", "Na-ri", "Yifan"},
		[]string{"Kim", "Park", "Lin", "Choi", "Chen", "Jung", "Huang", "Kang", "Wu", "Yoon", "Tsai", "Lim", "Zhang", "Han", "Liu", "Shin", "Hsu", "Kwon", "Zhao", "Baek", "Tan", "Bae", "Xie", "Seo"},
	},
	southSeas: {
		[]int{600, 720, 480},
		[]string{"Aroha", "Lachlan", "Mere", "Kirra", "Tane", "Bridie", "Wiremu", "Jarrah", "Hana", "Angus", "Marama", "Riley", "Anahera", "Putu", "Dewi", "Cooper", "Ratih", "Nikau", "Sari", "Bagus", "Matilda", "Hemi", "Indah", "Finn"},
		[]string{"Walker", "Parata", "Sutherland", "Ngata", "Wijaya", "Fitzgerald", "Rangi", "Hughes", "Santoso", "Te Awa", "McKenna", "Lestari", "Doyle", "Pomare", "Hartono", "Callaghan", "Morehu", "Nugroho", "Brennan", "Tui", "Campbell", "Prasetyo", "Kerr", "Hohepa"},
	},
}

// letters spells accented letters for addresses and logins.
var letters = map[rune]string{
	'á': "a", 'à': "a", 'â': "a", 'ã': "a", 'ä': "ae", 'å': "a", 'ā': "a", 'ç': "c", 'ć': "c", 'č': "c",
	'é': "e", 'è': "e", 'ê': "e", 'ë': "e", 'ě': "e", 'ę': "e", 'ğ': "g", 'í': "i", 'ï': "i", 'î': "i", 'ı': "i", 'ł': "l",
	'ñ': "n", 'ń': "n", 'ó': "o", 'ô': "o", 'õ': "o", 'ö': "oe", 'ø': "o", 'ō': "o", 'ř': "r", 'ś': "s", 'š': "s", 'ş': "s",
	'ť': "t", 'ú': "u", 'ü': "u", 'ù': "u", 'ů': "u", 'ū': "u", 'ý': "y", 'ž': "z", 'ź': "z", 'ż': "z", 'æ': "ae",
}

// mailHosts are domains that nobody can own.
var mailHosts = []string{
	"example.org", "example.com", "example.net", "fernpost.example", "quietmail.example",
	"harbourbox.example", "letterbird.example", "kindpost.example", "northwindmail.example", "studio-nine.example",
}

// handles are what people call themselves besides their names.
var handles = []string{
	"nightjar", "owl", "reed", "lichen", "fen", "static", "tape", "hush", "wren", "otter", "drizzle", "cricket",
	"gravel", "tern", "moss", "estuary", "hiss", "kettle", "swift", "bramble", "lowcut", "thicket", "plover", "echo",
}
