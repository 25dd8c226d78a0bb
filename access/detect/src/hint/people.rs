//! The words of columns' names that mean a person, or a number that a state or a bank gave one.
//!
//! Enters, leaves: lists, lower case. Never here: what they promise.

use super::index::Index;

/// Words that by themselves mean a person: under `passenger` stands a name, or a number; the cells say which.
pub(super) static ROLES: Index = Index::new(
    "\
    passenger pax customer client patient employee worker colleague owner holder policyholder cardholder \
     accountholder leaseholder consignee consignor shipper recipient receiver sender addressee beneficiary payee \
     payer debtor creditor borrower guarantor teacher tutor professor lecturer pupil student graduate physician \
     doctor nurse attending surgeon therapist dentist prescriber practitioner caregiver carer manager supervisor \
     author signer signatory signee applicant candidate interviewer recruiter tenant landlord guardian guardians nok \
     kin spouse wife husband mother father parent child sibling driver courier rider witness insured claimant \
     adjuster donor volunteer subject member guest visitor attendee participant speaker assignee reporter requester \
     requestor approver reviewer inspector auditor officer clerk cashier operator technician crew player winner \
     seller buyer vendee lessee subscriber caller callee respondent defendant plaintiff attorney lawyer judge notary \
     agent broker dealer coach nominee heir resident citizen taxpayer voter traveller traveler contact person kunde \
     kundin patientin mieter vermieter fahrer inhaber empfänger empfaenger absender versicherter cliente paciente \
     titular conductor inquilino beneficiario destinatario remitente testigo titulaire locataire bénéficiaire \
     beneficiaire intestatario assicurato paziente klant huurder klient pacjent pacient asiakas potilas müşteri \
     musteri hasta клиент пациент получатель водитель 患者 顧客 客户 고객 환자",
);

/// Whose given or family name `fn`, `ln`, `nm` is: `stud_ln`, `cust_fn`, `pt_nm`.
pub(super) static SHORT_ROLES: Index = Index::new(
    "\
    stud cust emp pt pat cl clnt mbr memb sub subs ins insd ben benef ch hldr acct own ownr phys dr doc prov gdn par \
     grd usr user cont ctc cntct pers prsn rec rcpt recip snd sndr drv drvr pax psgr gst tnt appl app bor sig sgn mgr \
     sup rep agt ship bill subj don teach tchr staff stf person customer patient student employee member client \
     contact insured holder owner",
);

/// Words for numbers of people that states give out, as parts of a name that lines may divide.
pub(super) static STATE_NUMBERS: Index = Index::new(
    "\
    documentodeidentidad documentodeidentidade carteiradeidentidade cartedidentite cartedidentité cartenationaledidentite \
    cartadidentita cartadidentità občanskýprůkaz obcanskyprukaz občianskypreukaz obcianskypreukaz idkaart henkilökortti henkilokortti \
    identitetskort nüfuscüzdanı kimlikkartı kimlikkarti identiteitskaart cartedeidentitate buletindeidentitate δελτιοταυτοτητας \
    δελτίοταυτότητας ταυτοτητα удостоверениеличности посвідченняособи alienreg philsys philid \
    codicefiscale codfiscale codfisc nrdocumento nationalid nationalidentity nationalidentification nationalnumber nationalno nationalcard nationalinsuranceno citizenid \
    citizenshipnumber citizenno citizennumber citizencard residentid residentno residencepermit residenceno residencecard \
    identitynumber identityno identitycard identitydoc idcard idnumber iddoc iddocument \
    govid govtid governmentid governmentno taxref taxid taxnumber taxno taxpayerid taxpayernumber taxpayerno \
    uniquetaxpayer steuernummer steueridnr finanzamtnr greencard aliennumber alienregistration travelpermit workpermitno \
    persoonsnummer personalausweis ausweisnr ausweisnummer ausweis personnumber personalnumber personalno \
    personalcode birthnumber rodnecislo rodnécislo rodnéčíslo cislodokladu čísloprůkazu cisloprukazu \
    henkilotunnus henkilötunnus fodselsnummer fødselsnummer cprnummer cprnumber tcno tckimlik tckn kimlikno kimliknumarasi \
    vergino vergikimlik pasaportno ssnit insurancenumber ahvnummer \
    avsnummer numeroavs sozialversicherung rentenversicherung svnr svnummer cedula cédula documentoidentidad dninumero \
    numerodni nrodni docidentidad docidentidade nrdowodu seriadowodu dowodosobisty dowódosobisty \
    carteidentite carteidentité numeroidentite numeroidentidad numerocni cartaidentita tesserasanitaria cartadecidadao cartaocidadao \
    serienrci serieci seriabuletin codnumericpersonal kennitala isikukood asmenskodas asmenskod \
   kods teudatzehut misparzehut adoazonosito adószám adoszam adojel tajszam szemelyiszam \
    szemelyazonosito személyiazonosító maticnibroj matičnibroj jedinstvenimaticni osobniidentif licnakarta ličnakarta \
    brojlicne osobnaiskaznica osebnaizkaznica mykad nricno nricfin nomorktp noktp nokk nomornik \
    ghanacard ghanapost huduma hudumano votersid voterid voterscard sssno sssnumber gsisno philhealth pagibig \
    socialinsurance pensionnumber pensionno pensioninsurance provisionalid \
    driverlic drvlic driverslic drivinglic drivlic driverpermit fuehrerschein führerschein permisdeconduire permisconduire \
    licenciaconducir permisoconducir patentedi patenteguida prawojazdy rijbewijs ajokortti korkort körkort førerkort kørekort \
    myナンバー マイナンバー 個人番号 免許証番号 旅券番号 在留カード 身份证 身分證 证件号 證件號 护照号 護照號 居民身份 驾驶证 社保号 \
    主民 주민등록 주민번호 여권번호 운전면허 외국인등록 паспорт паспорта \
    водительскоеудостоверение посвідчення личнакарта номерсоцстрах ιδιωτικότητας αριθμόςταυτότητας ριθμόςταυτότητας \
    ταυτότητα διαβατήριο αφμ αμκα هوية الرقمالقومي رقمقومي الرقمالوطني رقموطني الهوية رقمالبطاقة بطاقةتعريف جوازسفر رقمالجواز \
    رقمالاقامة کدملی شناسنامه תעודתזהות מספרזהות זהות דרכון आधार पैनकार्ड पासपोर्ट \
    เลขบัตร บัตรประชาชน เลขประจำตัว หนังสือเดินทาง cancuoc căncước cccd cmnd sốcmnd hochieu hộchiếu \
    პირადინომერი პასპორტ անձնագիր հանրայինծառայ şəxsiyyətvəsiq sexsiyyetvesiq жекекуәлік জাতীয়পরিচয় এনআইডি পাসপোর্ট \
    தேசியஅடையாள ජාතිකහැඳුනුම් kitambulisho nidno nidnumber nidnum nidcard taxidentif identityproof numutente \
    paspoortnr paspoortnummer numsecu numeronational numéronational numidentite numidentité geboortenummer rijksregister \
    パスポート numeroafiliacion rucnatural rucpersona legitimatie legitymacja",
);

/// Words that are such a number by themselves.
pub(super) static STATE_WORDS: Index = Index::new(
    "\
    nin nric hkid curp rfc rut cuil cuit cnp oib egn lnch jmbg emso emšo embg amka afm ahv avs oasi hetu fnr cpr \
    snils mynumber tckn nik ktp nnid nrn insz niss pps ppsn umcn nino ausweis kennitala mrz taj rnokpp inn ipn \
    pis pasep rg cni nci cnie cccd cmnd mykad bvn kra cnic snic iqama ssnit sss npwp \
    снилс инн іпн рнокпп егн лнч ембг јмбг оиб pinfl rč rodne aktno nss prsi fodselsnr cprnr dowod dowód pasport pasaport pasaporte passnr kimlik \
    isikukood asmens zehut perso menkyo codfisc idnr dui nuip ife nida omang kitas nicop cuip dpi personnr sofi sofinr \
    vnr pid_no taxfileno paspor paspoort",
);

/// Words that are such a number or something else altogether; their cells must be written or checked as a state's numbers are.
pub(super) static STATE_WEAK: Index = Index::new(
    "run utr cin eid tin nid idn idno fin rc nis ic iin nic cc ti doc kyc i9 ids ci docs lic licence license identification persnr \
    documento documentos identificacion identificación",
);

/// States whose numbers of people have names that mean something else, too.
pub(super) static COUNTRIES: Index = Index::new(
    "\
    lk lanka srilanka uy uruguay ec ecuador py paraguay bo bolivia ve venezuela co colombia philippine philippines ng nigeria bd \
    bangladesh eg egypt cl chile maroc morocco tunisia tunisie kenya uganda ghana tanzania pakistan nepal romania georgia \
    armenia albania kosovo vietnam malaysia",
);

/// Numbers of documents, of people or of goods.
pub(super) static DOCUMENTS: Index = Index::new(
    "\
    documentnumber documentnum documentno documentid docno docnum docnbr docnumber nrdokumentu numerdokumentu nrdoc nrodoc \
    nrodocumento numerodocumento numerodedocumento numdocumento numdoc numerodoc dokumentnr dokumentnummer brojdokumenta \
    i9doc kycdoc kycid kycnumber idproof proofofid idscan eidno nationaldoc euid belgeno номердокумента licenseno licenceno \
    licensenumber licencenumber licnum licno numfiscal numerofiscal numérofiscal nofiscal chavepix clavepix pixkey",
);

/// Parts of names of bank accounts elsewhere than in the United States.
pub(super) static BANKS: Index = Index::new(
    "\
    beneficiaryaccount payoutaccount payoutacct payeeaccount payeeacct directdebit clabe debitaccount creditaccount \
     settlementaccount accountdetails acctdtl acctdetails bankdetails bankverbindung sortcodeaccount bsbaccount \
     numerodeconta contabancaria bankkonto rekeningnummer kontonumer numerkonta 口座番号 银行账号 계좌번호 банковскийсчет",
);
