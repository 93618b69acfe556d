use crate::Signal;

/// What signals look like in German, over folded text. Several lines for one signal are
/// alternatives.
pub(super) const PATTERNS: &[(Signal, &str)] = &[
    (
        Signal::Instructs,
        r"\b(?:ignorier\w*|missachte\w*|vergiss|vergessen sie|übergeh\w*)(?: (?:sie|bitte|alle|deine|ihre|die|diese|bisherigen|vorherigen|vorigen|obigen)){1,5} (?:regeln?|anweisung(?:en)?|vorgaben?|richtlinien?|vorschriften|einschränkungen|prompts?)\b",
    ),
    (
        Signal::Instructs,
        r"\b(?:du bist|sie sind) (?:jetzt|ab jetzt|nun) (?:eine?|der|die|befugt)\b|\b(?:du bist|sie sind) nicht mehr an\b|\bverhalte dich (?:wie|als)\b",
    ),
    (
        Signal::Instructs,
        r"\b(?:gib|gebt|führe|setze|schalte)\b.{0,60}\bohne (?:rückfrage|genehmigung|freigabe|nachfrage|zu fragen)\b|\bohne (?:rückfrage|genehmigung|freigabe|nachfrage)\b.{0,40}\b(?:gib|gebt|freischalt\w*|freigeb\w*)\b",
    ),
    (
        Signal::MfaBypass,
        r"\b(?:mfa|2fa|zwei-?faktor\S*|multi-?faktor\S*|zweite[nr]? faktor|authenticator)(?: \w+){0,4} (?:deaktivier\w*|aus(?:zu)?schalt\w*|ab(?:zu)?schalt\w*|umgeh\w*|umgangen|aussetz\w*|überspring\w*|weglassen)\b",
    ),
    (
        Signal::MfaBypass,
        r"\b(?:deaktivier\w*|schalte\w*|umgeh\w*|entfern\w*|überspring\w*)(?: \w+){0,3} (?:mfa|2fa|zwei-?faktor\w*|multi-?faktor\w*|zweiten? faktor|authenticator)\b",
    ),
    (
        Signal::Secret,
        r"\b(?:passwort|kennwort|zugangsdaten|login) (?:für|von|vom|zum|zur|des|der) (?:den |die |das |dem )?(?:\w+ )?(?:admin\w*|root|dienstkonto|datenbank|\w*server\w*|router\w*|firewall|produktion\w*)\b",
    ),
    (
        Signal::Secret,
        r"\b(?:schick\w*|send\w*|gib|geben|brauche|benötige|bekomm\w*)\b.{0,40}\b(?:api-?schlüssel|api-?keys?|privaten? schlüssel|client-?secret|admin-?(?:passwort|kennwort))\b|\b(?:api-?schlüssel|api-?keys?|privaten? schlüssel|client-?secret|admin-?(?:passwort|kennwort))\b.{0,30}\b(?:schick\w*|send\w*|geben|bekomm\w*|mitteil\w*)\b",
    ),
    (
        Signal::Elevation,
        r"\b(?:admin(?:istrator(?:en)?)?|root)-?(?:rechte?n?|zugriff|zugang|konto|berechtigung(?:en)?|rolle)\b|\b(?:zum (?:lokalen )?|lokaler |domänen-?)administrator\b|\berhöhte rechte\b",
    ),
    (
        Signal::Elevation,
        r"\b(?:rechte|berechtigung(?:en)?) (?:meine[rs]|unsere[rs]|de[rs]) (?:chefs?|chefin|vorgesetzten|leiter(?:s|in)?|leitung|kolleg(?:en|in)|vorgänger(?:s|in)?)\b|\b(?:die)?selben? (?:rechte|berechtigungen) wie\b|\bgleichen (?:rechte|berechtigungen) wie\b",
    ),
    (
        Signal::BulkData,
        r"\b(?:export\w*|herunterlad\w*|kopier\w*|lösch\w*)\b.{0,40}\b(?:alle[nr]?|sämtliche[nr]?|komplette[nrs]?|gesamte[nrs]?) (?:\w+ )?(?:kundendaten\w*|kundendatei|mitarbeiterdaten|kunden|datenbank|datensätze|personaldaten|benutzerkonten)\b",
    ),
    (
        Signal::BulkData,
        r"\b(?:alle[nr]?|sämtliche[nr]?|komplette[nrs]?|gesamte[nrs]?) (?:\w+ )?(?:kundendaten|mitarbeiterdaten|kunden|datenbank|datensätze|personaldaten|benutzerkonten)\b.{0,40}\b(?:export\w*|herunterlad\w*|kopier\w*|lösch\w*|auszug)\b|\bmassen-?(?:export|änderung|löschung)\b|\bdatenbank-?(?:abzug|dump)\b",
    ),
    (
        Signal::OtherPerson,
        r"\b(?:konto|postfach|e-?mails?|passwort|kennwort|laptop|kalender|dateien|mfa|zugang) (?:von|für|der|des|meiner|meines|einer|eines) (?:meine[mnrs]? |eine[mnrs]? |der |dem )?(?:ehemaligen )?(?:kolleg\w+|chef\w*|vorgesetzt\w*|mitarbeiter\w*|assistent\w*|praktikant\w*|mann\w*|frau)\b",
    ),
    (
        Signal::OtherPerson,
        r"\bim namen (?:von|meine[rs])\b|\bfür (?:meine[mnr]?|eine[mnr]?) (?:kolleg\w+|mitarbeiter\w*|assistent\w*|praktikant\w*)\b|\b(?:sein|ihr)e? (?:konto|passwort|kennwort|postfach) (?:zurücksetzen|entsperren|öffnen|lesen)\b",
    ),
    (
        Signal::SharedSystem,
        r"\b(?:gemeinsam\w* (?:genutzt\w* )?|besprechungsraum-?|konferenzraum-?|empfangs?-?|etagen-?)(?:drucker|bildschirm|display|rechner|pc|laptop|gerät|beamer)\b|\b(?:drucker|bildschirm|display|rechner|pc|beamer)(?: \w+)? im (?:besprechungsraum|konferenzraum|empfang|flur|foyer)\b",
    ),
    (
        Signal::SharedSystem,
        r"\b(?:datei|file|druck|mail|web|datenbank|produktions|terminal)-?servers?\b|\bservers? (?:\w+ )?(?:neu ?starten|wiederherstellen|herunterfahren)\b",
    ),
    (Signal::SeveralPeople, r"\b(?:wir alle|bei (?:uns )?allen|keiner von uns|niemand von uns)\b"),
    (
        Signal::SeveralPeople,
        r"\b(?:alle (?:kolleg\w+|mitarbeiter\w*|benutzer\w*|im (?:team|büro|haus))|niemand|mehrere (?:kolleg\w+|leute|personen|mitarbeiter\w*|von uns|benutzer)|viele (?:kolleg\w+|leute|von uns)|(?:das|die|der) (?:ganze|gesamte) (?:team|büro|abteilung|etage|standort|haus|gebäude)|meine kolleg(?:en|innen)|(?:[2-9]|\d\d+|zwei|drei|vier|fünf|sechs|zehn) (?:kolleg(?:en|innen)|personen|leute|mitarbeiter(?:innen)?))(?: \w+){0,5} (?:ist|sind|hat|haben|kann|können|kommt|kommen|betroffen|auch|ebenfalls)\b|\b(?:kann|kommt|können|kommen|haben|sind) (?:hier )?(?:niemand|alle kolleg\w+|mehrere (?:kolleg\w+|leute|personen))\b",
    ),
    (
        Signal::Risky,
        r"\b(?:server|datenbank|tabelle|konto|postfach|festplatte|laufwerk|produktion|backups?|daten|alles)\b(?: \w+){0,3} (?:löschen|formatieren|abschalten|herunterfahren|überschreiben)\b|\b(?:lösch\w*|formatier\w*|überschreib\w*)(?: \w+){0,4} (?:server|datenbank|konto|postfach|festplatte|produktion|backups?|daten|alles)\b",
    ),
    (
        Signal::Risky,
        r"\b(?:produktivsystem\w*|produktionssystem\w*|lohnabrechnung|gehaltsdaten|überweisung|bankverbindung|firewall-?regel|port (?:öffnen|freigeben)|dns-?eintrag|gutscheinkarten?)\b",
    ),
    (
        Signal::WantsPerson,
        r"\bmit (?:einem|einer|jemand\w*)(?: \w+){0,3} (?:sprechen|reden|telefonieren)\b|\becht\w* (?:menschen?|person)\b|\bruf(?:en|t)? (?:sie )?mich (?:bitte )?(?:zurück|an)\b|\b(?:um|einen) rückruf\b|\bkein(?:en)? (?:bot|roboter|chatbot)\b",
    ),
    (
        Signal::TriedAlready,
        r"\b(?:schon|bereits) (?:alles |\w+ ){0,2}(?:probiert|ausprobiert|versucht|neu ?gestartet|neu installiert|durchgeführt|befolgt|gemacht)\b|\b(?:immer noch|weiterhin) (?:nicht|kein\w*|kaputt|das gleiche|dasselbe)\b|\bnichts (?:davon )?(?:hat )?(?:geholfen|hilft)\b|\bhat (?:alles )?nicht geholfen\b",
    ),
    (
        Signal::AsksStatus,
        r"\b(?:status|stand|neuigkeiten|update|neues)\b(?: \w+){0,3} (?:anfrage|ticket|antrags?|bestellung|tickets|meldung)\b|\b(?:wann|wo|wie lange)\b(?: \w+){0,4} mein\w* (?:ticket|anfrage|antrag|bestellung)\b|\bgibt es (?:schon )?(?:etwas |was )?neues\b",
    ),
    (
        Signal::Emotional,
        r"\b(?:frustrier\w*|genervt|nervt|wütend|verzweifel\w*|unverschämt\w*|inakzeptabel|lächerlich|katastrophe|panik|gestresst|stinksauer)\b",
    ),
    (
        Signal::Emotional,
        r"\b(?:seit (?:stunden|tagen|\w+ (?:stunden|tagen))|kunde wartet|(?:termin|frist|anruf|meeting) verpasst|kann nicht arbeiten)\b",
    ),
    (
        Signal::NamesLevel,
        r"\b(?:lese(?:n|nd|zugriff|recht\w*)?|ansehen|einsehen|bearbeiten|schreib(?:en|zugriff|recht\w*)?|ändern|lizenz\w*|installier\w*|installation|mitglied\w*|aktualisier\w*|update)\b",
    ),
];
