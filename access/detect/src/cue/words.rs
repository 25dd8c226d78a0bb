//! The words that announce a value, by what they announce.
//!
//! Enters, leaves: lists, lower case, each word in one of them only. Never here: what is done with them.

use super::Says;
use crate::Label;

/// Words and what they say.
pub(super) const LISTS: &[(&str, Says)] = &[
    // What holds what was said before it.
    ("no nr num number is was id code key security", Says::Filler),
    ("passport", Says::Value(Label::Passport)),
    ("ssn social", Says::Value(Label::UsSsn)),
    ("npi", Says::Value(Label::UsNpi)),
    ("dea", Says::Value(Label::UsDea)),
    (
        "dx diagnosis diagnosed icd icd10",
        Says::Value(Label::Diagnosis),
    ),
    ("mrn", Says::Value(Label::Mrn)),
    ("acct account", Says::Value(Label::UsBankAccount)),
    ("routing aba", Says::Value(Label::UsAba)),
    ("license licence lic", Says::Value(Label::UsDl)),
    ("nhs", Says::Value(Label::UkNhs)),
    (
        "oib cnp jmbg egn emso emšo dni cedula cédula curp rfc rut cuil cuit rg nin bvn nik ktp mykad nric hkid tckn kimlik \
         taj snils utr ppsn insz niss ahv svnr hetu cpr fnr kennitala isikukood rodne rodné personnummer personnr persnr tfn cnic zehut ppsno pis npwp cccd cmnd",
        Says::Value(Label::NationalId),
    ),
    (
        "sus cns kvnr versnr versichertennr vers",
        Says::Value(Label::HealthPlan),
    ),
    ("pesel", Says::Value(Label::PlPesel)),
    ("cpf", Says::Value(Label::BrCpf)),
    ("nas", Says::Value(Label::CaSin)),
    ("aadhaar aadhar", Says::Value(Label::InAadhaar)),
    ("bsn", Says::Value(Label::NlBsn)),
    ("ip src dst client host peer", Says::Value(Label::Ip)),
    (
        "phone tel mobile cell fax telefon handy mobil teléfono téléphone tél llámenme llamenme llámeme telefono telefone celular movil whatsapp gsm tlf sms \
         volat volejte zavolat zavolejte zavolajte dzwonić zadzwoń zadzwonić zadzwonic anrufen rückruf rueckruf llamar \
         llámame llamame appeler rappeler appelez chiamare richiamare ligar ligue contato contatto sunați sunati hívja hivja \
         hívjon bellen terugbellen soittaa arayın arayin hubungi nazovite zvati pozvati klic callback \
         joignable joindre nås ringe kontakt contattare confirmar komórka tfno alternate soita hringja hringdu \
         ctcm ctch ctcb ctc msisdn fone fono telp telepon telpon móvil handynummer telefonnummer telefonnr mobilnummer \
         mobilnr mobitel tlfnr telnr telno puh telefoonnummer avisar avise rufnummer durchwahl dial dialled",
        Says::Value(Label::Phone),
    ),
    ("cvv cvc", Says::Value(Label::Cvv)),
    (
        "password passwd pwd passphrase passcode bearer passwort kennwort senha passe wachtwoord token secret \
         contraseña contrasena heslo heslem hasło haslo hasłem jelszó jelszo jelszava jelszavam jelszavát parola parolă parolam \
         lösenord losenord lösenordet passord passordet adgangskode adgangskoden kodeord salasana salasanani sifre sifrem sifresi \
         lozinka lozinku geslo zaporka parool slaptažodis mdp sandi khẩu sshpass securestring psk sandinya psw contrasenya motdepasse zugangsdaten heslom lozinkom",
        Says::Value(Label::Secret),
    ),
    // Words before an address.
    (
        "address addr adresse adres adresa adress adresi dirección direccion domicilio indirizzo endereço endereco morada \
     osoite anschrift lieferadresse wohnhaft wohne wohnt habite abito abita moro mora vivo vive woon woont bor asun lives \
     moved livrer entregar consegnare leveren lieferung bezorgen deliver delivered ship shipped forward adresine alamat \
     doručit doručte doručiť dostarczyć verhuizing verhuisd skickat levereras leveres livrez livraison entrega consegna \
     spedire dostaviti teslimat demeurant domicilié domiciliée residing resides reside residente residenza residencia \
     bytem zamieszkały zamieszkała live living flyttar flytter livrare instalación instalacion chỉ dropoff relocated",
        Says::Value(Label::Address),
    ),
    // What a name follows, whatever it is: people's introductions of themselves, and forms.
    (
        "patient caller cardholder named attn patientin patiente paciente paziente pacjent pacjentka pacjenta \
     pacientka pacienta potilas pasien pasient patienten appelle llamo chiamo chamo nazywam jmenuji jmenuju \
     nimeni heter hedder numesc nevem zovem ismim heisse kontoinhaber karteninhaber inhaberin witness zeuge \
     zeugin testigo testimone temoin témoin heiße adım",
        Says::Person,
    ),
    // The same, unless a title begins so.
    (
        "customer dear nurse employee name frau herr herrn madame monsieur mevrouw meneer pani signora signor \
     signore senora senhor senhora doctor doctora docteur dottor dottore dottoressa kunde kundin kunden cliente \
     klant klient klientka asiakas pelanggan zakaznik insured claimant policyholder volunteer guardian tenant \
     applicant payee beneficiary consignee passenger subscriber müşteri zákazník zákaznice nombre nome nom naam navn namn jméno név imię nama tên numele titulaire titular intestatario intestato \
     inhaber hausarzt huisarts paní doamna domnul gospođa gospodin deputy patron sócio sig",
        Says::PersonOrTitle,
    ),
    // What a name may follow.
    (
        "pt pat cc hello hi hallo hola bonjour with by for from to contact soy sono sou jestem ben bin suis olen sunt saya \
     am avec con mit bei por met und mother father wife husband son daughter sister brother aunt uncle spouse \
     partner parent parents mom mum dad neighbour neighbor friend colleague driver owner holder reader teacher \
     physician surgeon attending resident agent manager user visitor guest member student pupil recipient \
     sender signed about and or re ask call called regards sincerely thanks cheers cordialement salutations \
     saludos saluti gruss gruesse groet groeten mfg mvh hilsen halsningar terveisin pozdrawiam pozdravem \
     cumprimentos atentamente buongiorno salve hei hej merhaba dobry salut ciao ola",
        Says::PersonPerhaps,
    ),
    // Words before a birthday, or that call one so.
    (
        "dob born birth birthdate birthday birthdt bornon bday dateofbirth geb gebdat gebdatum geboren geburt \
     geburtsdatum geburtstag geboorte geboortedatum geboortedag nacido nacida nacimiento nac fecnac cumpleanos \
     cumpleaños naissance naiss né née nascita nato nata compleanno nascimento nasc nascido nascida aniversario \
     naixement nascut nascuda nastere naștere naşterii nasterii născut născută urodzony urodzona urodzenia \
     urodziny urodz ur narozen narozena narozeni narození nar narodenia narodený narodená rojen rojena rojstva \
     roden rodena rođen rođena rođenja született szuletett szül szuletesi születési syntynyt syntymäaika \
     syntymaaika synt född fodd fødd født fodt fødselsdato fodselsdato födelsedatum fodelsedatum fæddur fædd \
     rođ roj sündinud dzimis dzimusi gimęs gimusi dogum doğum doğumlu lahir sinh",
        Says::Value(Label::Dob),
    ),
];
