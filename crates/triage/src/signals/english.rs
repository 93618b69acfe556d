use crate::Signal;

/// What signals look like in English, over folded text. Several lines for one signal are
/// alternatives.
pub(super) const PATTERNS: &[(Signal, &str)] = &[
    (
        Signal::Instructs,
        r"\b(?:ignore|disregard|forget|override)(?: (?:all|any|every|of|your|the|these|those|my|previous|prior|above|earlier|safety|security|system)){1,5} (?:rules?|instructions?|guidelines?|prompts?|polic(?:y|ies)|guardrails?|restrictions?)\b",
    ),
    (
        Signal::Instructs,
        r"\b(?:system|admin(?:istrator)?|security|policy) override\b|\bsystem prompt\b|\bjailbreak\b",
    ),
    (
        Signal::Instructs,
        r"\byou are (?:now (?:an? |the |allowed|authorized|root)|no longer (?:an? |bound|restricted|limited))",
    ),
    (
        Signal::Instructs,
        r"\b(?:act|respond|behave) as (?:if you (?:are|were)|an? (?:unrestricted|administrator|root))\b",
    ),
    (
        Signal::Instructs,
        r"\b(?:do not|don't|without) (?:ask|wait|escalat|tell|inform)\w*(?: \w+){0,3} (?:approval|manager|security|supervisor)\b",
    ),
    (
        Signal::Instructs,
        r"<\|?(?:system|im_start|assistant)\b|\[/?inst\]|### ?(?:system|instruction)|\bsystem ?: ?(?:you|ignore|grant|new|override)\b",
    ),
    (
        Signal::Instructs,
        r"\b(?:reveal|print|show|repeat)(?: \w+){0,2} (?:hidden instructions|your (?:rules|instructions|prompt))\b",
    ),
    (
        Signal::MfaBypass,
        r"\b(?:disable|turn(?:ing)? off|switch(?:ing)? off|bypass|skip|remove|deactivate|get around|exempt\w*)(?: \w+){0,2} (?:mfa|2fa|two[- ]factor|multi[- ]?factor|second factor|authenticator)\b",
    ),
    (
        Signal::MfaBypass,
        r"\b(?:mfa|2fa|two[- ]factor|multi[- ]?factor|second factor)\b(?: \w+){0,4} (?:disabled|turned off|switched off|bypass(?:ed)?|deactivated|exempt\w*)\b",
    ),
    (
        Signal::Secret,
        r"\b(?:password|credentials?|login) (?:of|for) (?:the |an? |our )?(?:\w+ )?(?:admin\w*|root|service account|database|server|router|firewall|production|prod|break[- ]?glass)\b",
    ),
    (
        Signal::Secret,
        r"\b(?:send|give|share|tell|need|get|want|show)\b(?: \w+){0,5} (?:api[- ]?keys?|private keys?|client secret|access tokens?|connection strings?|signing key|admin(?:istrator)? password|root password)\b",
    ),
    (
        Signal::Elevation,
        r"\b(?:admin(?:istrator)?|root|superuser|sudo)[- ](?:rights?|access|privileges?|permissions?|role|account)\b",
    ),
    (
        Signal::Elevation,
        r"\b(?:make|give|grant|get|become|be|need|want)(?: me| us| my (?:account|user)| to be| to become)? (?:an? |the )?(?:local |domain |global )?(?:admin|administrator|sudo|root)\b",
    ),
    (
        Signal::Elevation,
        r"\b(?:rights?|permissions?|privileges?) of (?:my|our|the) (?:manager|boss|director|head|chief|ceo|cfo|supervisor|team ?lead(?:er)?|predecessor|colleague)\b|\b(?:same|identical) (?:rights?|permissions?|privileges?) (?:as|like) (?:my|our|the|he|she|they|him|her|them)\b",
    ),
    (
        Signal::Elevation,
        r"\belevat(?:e|ed|ion)(?: \w+){0,3} (?:rights?|privileges?|access|permissions?)\b",
    ),
    (
        Signal::BulkData,
        r"\b(?:export|download|dump|copy|extract|delete)(?: \w+){0,3} (?:all|every|entire|whole|complete|full)\b(?: \w+){0,2} (?:customers?|customer (?:data|list|records)|employees?|staff|users|payroll|personnel|database|tables?|accounts)\b",
    ),
    (
        Signal::BulkData,
        r"\b(?:bulk|mass)[- ](?:export|download|delete|deletion|change|data)\b|\bdatabase dump\b|\ball (?:customer|employee|payroll|personnel) (?:data|records)\b",
    ),
    (
        Signal::OtherPerson,
        r"\b(?:colleague|co-?worker|manager|boss|teammate|husband|wife|assistant|intern)(?:'s|s'?) (?:\w+ ){0,2}?(?:account|mailbox|inbox|e-?mails?|password|laptop|calendar|files|onedrive|mfa|chats?)\b",
    ),
    (
        Signal::OtherPerson,
        r"\b(?:employee|user|person|someone|somebody|someone else|somebody else|another person)'s (?:\w+ ){0,2}?(?:account|mailbox|inbox|e-?mails?|password|laptop|calendar|files|mfa|chats?)\b",
    ),
    (
        Signal::OtherPerson,
        r"\b(?:account|mailbox|inbox|e-?mails?|password|mfa|files|calendar) (?:of|for|from) (?:my |a |an |another |the |somebody |someone )?(?:colleague|co-?worker|manager|boss|teammate|assistant|intern|employee|ex-?employee|former|else)\b",
    ),
    (
        Signal::OtherPerson,
        r"\bon behalf of\b|\bfor (?:my|a|another) (?:colleague|co-?worker|teammate|assistant|intern)\b",
    ),
    (
        Signal::OtherPerson,
        r"\b(?:reset|unlock|change|open|read) (?:his|her|their) (?:\w+ )?(?:account|password|mailbox|mfa|e-?mails?)\b",
    ),
    (
        Signal::SharedSystem,
        r"\b(?:shared|meeting[- ]room|conference[- ]room|front[- ]desk|reception|lobby|kiosk) (?:printer|display|screen|computer|pc|laptop|device|workstation|tv|projector)\b",
    ),
    (
        Signal::SharedSystem,
        r"\b(?:file|print|mail|web|database|production|prod|terminal|build)[- ]?servers?\b|\b(?:restart|reboot|restore|patch|shut ?down)(?: \w+){0,2} servers?\b",
    ),
    (
        Signal::SeveralPeople,
        r"\b(?:everyone|everybody|nobody|no one|all of us|none of us|(?:several|many|multiple) (?:people|colleagues|users|of us)|the (?:whole|entire) (?:team|office|floor|site|department|building)|(?:our|my) (?:whole|entire) (?:team|office|floor|department)|all (?:users|colleagues|employees)|half (?:of )?the (?:team|office|floor))(?: \w+){0,5} (?:is|are|has|have|can|can't|cannot|lost|down|affected|offline|report\w*|too|also)\b",
    ),
    (
        Signal::SeveralPeople,
        r"\b(?:[2-9]|\d\d+|two|three|four|five|six|ten|dozens of) (?:other )?(?:people|colleagues|coworkers|users|of us)(?: \w+){0,4} (?:are|have|can't|cannot|affected|too|also|report\w*)\b|\bmy colleagues? (?:too|also|as well|(?:has|have) the same)\b",
    ),
    (
        Signal::Risky,
        r"\b(?:delete|wipe|erase|format|drop|purge|shut ?down|take down|overwrite)\b(?: \w+){0,4} (?:server|database|table|account|mailbox|disk|drive|production|prod|backups?|site|data|everything)\b",
    ),
    (
        Signal::Risky,
        r"\b(?:production|payroll|wire transfer|bank details|invoice payment|firewall rule|open (?:a |the )?port|dns record|gift cards?|urgent payment)\b",
    ),
    (
        Signal::WantsPerson,
        r"\b(?:talk|speak|chat|connect me|put me through) (?:to|with) (?:an? |the )?(?:real |actual |live )?(?:person|human|someone|somebody|agent|analyst|service desk|help ?desk)\b",
    ),
    (
        Signal::WantsPerson,
        r"\b(?:real|actual|live) (?:person|human)\b|\b(?:call|phone|ring) me back\b|\b(?:please|can (?:you|someone)|could (?:you|someone)) (?:call|phone|ring) me\b|\bno (?:bot|robot|chatbot)s?\b",
    ),
    (
        Signal::TriedAlready,
        r"\b(?:i|we)(?:'ve| have)? (?:already |also )?(?:tried|restarted|rebooted|reinstalled|followed|checked|done) (?:\w+ ){0,3}(?:everything|steps?|twice|several|already|again|all|article|guide|instructions|checklist|restarting|reinstalling|rebooting)\b",
    ),
    (
        Signal::TriedAlready,
        r"\balready (?:tried|restarted|rebooted|reinstalled|did|done|followed)\b|\bstill (?:not working|doesn't work|does not work|broken|failing|fails|the same)\b|\bnothing (?:helps|helped|worked)\b|\bnone of (?:it|that|this) (?:helps|helped|works|worked)\b|\b(?:did not|didn't) help\b",
    ),
    (
        Signal::AsksStatus,
        r"\b(?:status|news|update|progress)\b(?: \w+){0,3} (?:request|ticket|case|order|incident)\b|\b(?:when|how long|where)\b(?: \w+){0,6} my (?:request|ticket|case|order)\b|\b(?:any|an) (?:news|update)\?",
    ),
    (
        Signal::Emotional,
        r"\b(?:frustrat\w+|annoy\w+|angry|furious|desperate|panick\w*|ridiculous|unacceptable|fed up|sick of|a joke|(?:so|very|really) (?:stressed|upset)|losing (?:my )?(?:mind|patience))\b",
    ),
    (
        Signal::Emotional,
        r"\b(?:missed (?:an?|my|the) (?:\w+ )?(?:call|meeting|deadline|flight)|client is waiting|(?:locked out|waiting|stuck|down) (?:\w+ )?for (?:hours|days|\w+ (?:hours|days))|can(?:'t|not) work)\b|!{2,}",
    ),
    (
        Signal::NamesLevel,
        r"\b(?:read(?:ing|-only)?|view(?:ing|er)?|edit(?:ing|or)?|writ(?:e|ing)|modify|contributor|licen[cs]es?|install(?:ed|ing|ation)?|member(?:ship)?|seat|subscription|update|upgrade)\b",
    ),
];
