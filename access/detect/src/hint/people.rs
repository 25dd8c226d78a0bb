//! The words of columns' names that mean a person, or a number that a state or a bank gave one.
//!
//! Enters, leaves: lists, lower case. Never here: what they promise.

/// Words that by themselves mean a person: under `passenger` stands a name, or a number; the cells say which.
pub(super) const ROLES: &str = "\
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
     musteri hasta клиент пациент получатель водитель 患者 顧客 客户 고객 환자";

/// Whose given or family name `fn`, `ln`, `nm` is: `stud_ln`, `cust_fn`, `pt_nm`.
pub(super) const SHORT_ROLES: &str = "\
    stud cust emp pt pat cl clnt mbr memb sub subs ins insd ben benef ch hldr acct own ownr phys dr doc prov gdn par \
     grd usr user cont ctc cntct pers prsn rec rcpt recip snd sndr drv drvr pax psgr gst tnt appl app bor sig sgn mgr \
     sup rep agt ship bill subj don teach tchr staff stf person customer patient student employee member client \
     contact insured holder owner";

/// Words for numbers of people that states give out.
pub(super) const STATE_NUMBERS: &str = "\
    nationalid nationalidentity nationalidentification nationalnumber citizenid citizenshipnumber residentid \
     identitynumber identitycard idcard idnumber iddoc iddocument \
     govid governmentid taxref taxid taxnumber taxno taxpayerid taxpayernumber steuernummer \
     persoonsnummer personalausweis ausweisnr ausweisnummer ausweis personnumber personalnumber personalno \
     personalcode birthnumber rodnecislo rodnécislo rodnéčíslo henkilotunnus henkilötunnus \
     fodselsnummer fødselsnummer cprnummer cprnumber tcno tckimlik tckn kimlikno ssnit insurancenumber ahvnummer \
     avsnummer numeroavs sozialversicherung svnr svnummer cedula cédula documentoidentidad dninumero carteidentite \
     numeroidentite numeroidentidad cartaidentita kennitala isikukood asmenskodas personaskods teudatzehut myナンバー \
     マイナンバー 身份证 身分證 主民 주민등록 주민번호 паспорт снилс инн ριθμόςταυτότητας αφμ αμκα هوية תעודתזהות บัตรประชาชน";

/// Words that are such a number by themselves.
pub(super) const STATE_WORDS: &str = "\
    nin nric hkid curp rfc rut cuil cuit cnp oib egn jmbg emso emšo amka afm ahv avs oasi hetu fnr cpr \
     snils mynumber tckn nik ktp nnid nrn insz niss pps ppsn umcn nino ausweis kennitala mrz";

/// Parts of names of bank accounts elsewhere than in the United States.
pub(super) const BANKS: &str = "\
    beneficiaryaccount payoutaccount payoutacct payeeaccount payeeacct directdebit clabe debitaccount creditaccount \
     settlementaccount accountdetails acctdtl acctdetails bankdetails bankverbindung sortcodeaccount bsbaccount \
     numerodeconta contabancaria bankkonto rekeningnummer kontonumer numerkonta 口座番号 银行账号 계좌번호 банковскийсчет";
