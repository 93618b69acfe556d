use ticket::Scenario;

use super::{Answer, Entry, Meaning, Topic};

/// The question of a topic and its quick answers.
pub(super) const fn entry(topic: Topic) -> &'static Entry {
    match topic {
        Topic::Anything => &ANYTHING,
        Topic::SignIn => &SIGN_IN,
        Topic::AccessSystem => &ACCESS_SYSTEM,
        Topic::AccessLevel => &ACCESS_LEVEL,
        Topic::HowTo => &HOW_TO,
        Topic::Connection => &CONNECTION,
        Topic::Device => &DEVICE,
    }
}

const fn about(id: &'static str, scenario: Scenario, en: &'static str, de: &'static str) -> Answer {
    Answer { id, meaning: Meaning::About(scenario), en, de }
}

const fn yes(id: &'static str, en: &'static str, de: &'static str) -> Answer {
    Answer { id, meaning: Meaning::Confirms, en, de }
}

const UNSURE: Answer =
    Answer { id: "other", meaning: Meaning::Unsure, en: "Something else", de: "Etwas anderes" };

const ANYTHING: Entry = Entry {
    en: "What is this mostly about?",
    de: "Worum geht es vor allem?",
    answers: &[
        about(
            "sign_in",
            Scenario::PasswordResetLockout,
            "Password or sign-in",
            "Passwort oder Anmeldung",
        ),
        about(
            "connection",
            Scenario::VpnConnectivity,
            "VPN, Wi-Fi or network",
            "VPN, WLAN oder Netzwerk",
        ),
        about("device", Scenario::HardwareFault, "A broken device", "Ein defektes Gerät"),
        about(
            "access",
            Scenario::SoftwareAccess,
            "A program or access",
            "Ein Programm oder ein Zugriff",
        ),
        about("how_to", Scenario::HowTo, "How to do something", "Wie etwas geht"),
        about(
            "unsafe",
            Scenario::SecurityIncident,
            "Something looks unsafe",
            "Etwas wirkt verdächtig",
        ),
        UNSURE,
    ],
};

const SIGN_IN: Entry = Entry {
    en: "What happens when you sign in?",
    de: "Was passiert bei der Anmeldung?",
    answers: &[
        yes("forgotten", "I do not know my password", "Ich weiß mein Passwort nicht mehr"),
        yes("locked", "It says the account is locked", "Das Konto ist gesperrt"),
        yes(
            "new_phone",
            "I have a new phone for the code",
            "Ich habe ein neues Telefon für den Code",
        ),
        yes("no_code", "No code arrives", "Es kommt kein Code an"),
        UNSURE,
    ],
};

const ACCESS_SYSTEM: Entry = Entry {
    en: "Which program, folder or system do you need?",
    de: "Welches Programm, welchen Ordner oder welches System brauchen Sie?",
    answers: &[
        yes("program", "A program on my computer", "Ein Programm auf meinem Computer"),
        yes("folder", "A folder or a group", "Einen Ordner oder eine Gruppe"),
        yes("mailbox", "A shared mailbox", "Ein gemeinsames Postfach"),
        UNSURE,
    ],
};

const ACCESS_LEVEL: Entry = Entry {
    en: "Is reading enough, or do you need to change things there?",
    de: "Reicht Lesen, oder müssen Sie dort etwas ändern?",
    answers: &[
        yes("read", "Reading is enough", "Lesen reicht"),
        yes("edit", "I need to change things", "Ich muss etwas ändern"),
        UNSURE,
    ],
};

const HOW_TO: Entry = Entry {
    en: "In which program would you like to do this?",
    de: "In welchem Programm möchten Sie das tun?",
    answers: &[
        yes("mail", "Mail or calendar", "E-Mail oder Kalender"),
        yes("meetings", "Chat or meetings", "Chat oder Besprechungen"),
        yes("files", "Files and sharing", "Dateien und Freigaben"),
        UNSURE,
    ],
};

const CONNECTION: Entry = Entry {
    en: "Which connection does not work?",
    de: "Welche Verbindung geht nicht?",
    answers: &[
        yes("vpn", "Only the VPN, the internet works", "Nur das VPN, das Internet geht"),
        yes("wifi", "Wi-Fi at home or on the way", "WLAN zu Hause oder unterwegs"),
        yes("office", "The network in the office", "Das Netzwerk im Büro"),
        UNSURE,
    ],
};

const DEVICE: Entry = Entry {
    en: "Which device is it?",
    de: "Um welches Gerät geht es?",
    answers: &[
        yes("laptop", "My laptop", "Mein Laptop"),
        yes("display", "Display or dock", "Bildschirm oder Dock"),
        yes("printer", "Printer", "Drucker"),
        yes("headset", "Keyboard, mouse or headset", "Tastatur, Maus oder Headset"),
        UNSURE,
    ],
};
