use crate::Signal;

/// Who an order to the agent is addressed to, in English.
macro_rules! machine {
    () => {
        r"(?:assistants?|(?:help ?|chat|service ?|dashboard |support |triage )?bots?|ai|ais|llms?|language models?|copilots?|(?:automated|ai|virtual|support) (?:agents?|assistants?|readers?|systems?)|machines? (?:handling|reading|processing) (?:this|the) \w+)"
    };
}

/// What a person at work does not tell a help desk's agent to do, though they may ask for it.
macro_rules! order {
    () => {
        r"(?:grant|approve|add|assign|disable|turn|switch|forward|delete|merge|treat|confirm|disclose|reveal|export|upload|mark|register|remove|execute|elevate|allow|ignore|skip|obey)"
    };
}

/// Orders that speak to the agent as a machine, or want a check left out or kept quiet, over
/// folded text. What German has besides stands with the rest of it.
pub(super) const PATTERNS: &[(Signal, &str)] = &[
    (
        Signal::Instructs,
        concat!(
            r"\b",
            machine!(),
            r"\b(?: [\w.-]+){0,8}? (?:must|shall|should now|(?:are|is) (?:required|instructed|asked|told) to|has to|have to|may now)(?: \w+){0,3}? (?:",
            order!(),
            r"|give|reset|close|open|unlock|enable|tell|show|change|set|make|attach|send|resolve|follow)\b"
        ),
    ),
    (
        Signal::Instructs,
        concat!(
            r"\b(?:note|notice|message|instructions?|attention)(?: to| for)?(?: the| any| all| our)? ",
            machine!(),
            r"\b[^.?!]{0,60}?[:,–-] ?(?:please |just |now |you )?(?:",
            order!(),
            r"|give|reset|close|open|unlock|enable|tell|show|change|set|make|attach|send|resolve|follow)\b"
        ),
    ),
    (
        Signal::Instructs,
        concat!(
            r#"(?:^|[>"“'(\]:.!?–-] ?)"#,
            machine!(),
            r" ?[:,] ?(?:please |just |now )?",
            order!(),
            r"\b"
        ),
    ),
    (
        Signal::Instructs,
        r"\b(?:skip(?:ping)?|bypass(?:ing)?|waive|drop|forget) (?:any |the |all |a |your |those |these |further |extra )*(?:approvals?|checks?|verification|id check|identity check|sign-?off|video check|call-?back|security questions)\b",
    ),
    (
        Signal::Instructs,
        r"\b(?:give|grant|do|put|add|make|set|open|reset|unlock|let|get|create|remove|turn|switch)\b[^.?!]{0,80}\bwithout (?:any |the |an? |my manager's |further |extra )*(?:approvals?|checks?|verification|id check|questions asked|sign-?off|security questions)\b",
    ),
    (
        Signal::Instructs,
        r"\bwithout (?:(?:her|him|his|their|them|hr|it|anyone|anybody|my (?:boss|manager)|security)(?:'s)? )+(?:ever )?(?:knowing|noticing|finding out|being told)\b|\bnobody (?:needs|has) to know\b|\b(?:don't|do not) (?:log|record) (?:it|this|that|anything)\b|\bno need to (?:inform|tell) hr\b|\bbehind (?:his|her|their) back\b",
    ),
    (
        Signal::Instructs,
        r"\bgilt (?:das |es |dies )?(?:also |ja |dann )?als (?:zustimmung|genehmigt|genehmigung|freigabe|freigegeben|erteilt)\b|\bgenehmige\b[^.?!]{0,40}\b(?:selbst|selber)\b|\b(?:freigabe|genehmigung)\b[^.?!]{0,40}\b(?:als erteilt|einfach auf grün)\b|\bals (?:genehmigt|freigegeben|erteilt) (?:ein|an|be)\w*",
    ),
    (
        Signal::Instructs,
        r"\bsag\w* (?:bitte )?(?:der|dem|meiner|meinem|niemande[mn]|keinem|ihr|ihm) ?\w* (?:bitte )?(?:nichts|nicht)\b|\b(?:die prüfung\w*|die kontrolle\w*|die formalitäten|die rückfrage\w*)(?: \w+){0,4}? (?:weg|aus|ausfallen|überspring\w*)\b|\b(?:überspring\w*|spar dir) (?:die |alle )?(?:prüfung|kontrolle|freigabe|genehmigung|rückfrage)\w*",
    ),
    (
        Signal::Instructs,
        r"\b(?:ignore[rz]?|oublie[rz]?) (?:toutes |tous |tes |vos |les |ces |cette )+(?:règles?|consignes?|instructions?|directives?)\b|\b(?:tes|vos) (?:règles|consignes|instructions)(?: \w+){0,4} (?:annulées?|suspendues?|levées?)\b|\b(?:mot pour mot|mot à mot)\b[^.?!]{0,40}\b(?:consignes|instructions)\b|\b(?:consignes|instructions)\b[^.?!]{0,40}\b(?:mot pour mot|mot à mot)\b",
    ),
    (
        Signal::Instructs,
        r"\b(?:donn|ajout|ouvr|réinitialis|met|crée|débloqu|accord|envo)\w*[^.?!]{0,80}\bsans (?:aucune? |la |l')?(?:validation|autorisation|approbation|vérification|formulaire|contrôle|prévenir|(?:rien |le )?dire|rien afficher)\w*|\b(?:considère|fais comme)\b[^.?!]{0,60}\b(?:validé|approuvé|autorisé|là)\b",
    ),
    (
        Signal::Instructs,
        r"\b(?:ignor(?:a|ad|e|en)|olvid(?:a|ad|e|en)) (?:todas |todos |tus |sus |las |los |estas )+(?:reglas|normas|instrucciones|directrices)\b|\b(?:tus|sus) (?:reglas|normas|instrucciones)(?: \w+){0,4} anuladas\b|\b(?:da|dame|pon|añade|añádeme|abre|restablece|crea|créame|méteme|concede)\w*\b[^.?!]{0,80}\bsin (?:ninguna |la |el |que )?(?:aprobación|autorización|verificación|formulario|avisar|decir nada|preguntar)\b|\b(?:márcal[ao]|considéral[ao]) como (?:concedida|aprobad[ao])\b",
    ),
    (
        Signal::Instructs,
        r"\b(?:ignor(?:a|e|em)|esqueç(?:a|am)|esquece) (?:todas |todos |as |os |suas |seus |tuas |teus )+(?:regras|normas|instruções|diretrizes)\b|\b(?:tuas|suas) (?:regras|instruções)(?: \w+){0,4} anuladas\b|\b(?:dá|dá-me|me dê|adicion|abr|redefin|cri|coloc|torn)\w*[^.?!]{0,80}\bsem (?:nenhuma |a |o )?(?:aprovação|autorização|verificação|formulário|avisar|dizer nada|perguntar)\b|\bconsider\w* (?:como )?aprovado\b",
    ),
    (
        Signal::Instructs,
        r"\b(?:zignoruj|ignoruj|zapomnij o|pomiń)\w* (?:wszystki\w+ |swoi\w+ |twoi\w+ |poprzedni\w+ )*(?:zasad|reguł|instrukcj|poleceni|regulamin)\w*|\b(?:daj|dodaj|nadaj|otwórz|włącz|zresetuj|utwórz|zrób)\b[^.?!]{0,80}\b(?:bez (?:zgody|akceptacji|zatwierdzenia|weryfikacji|sprawdzania|pytania|mówienia)|po cichu)\b|\bpo cichu (?:dodaj|daj|nadaj|przedłuż|włącz)\b|\b(?:wpisz|oznacz)\b[^.?!]{0,30}\bjako zatwierdzone\b",
    ),
    (
        Signal::Instructs,
        r"(?:ігноруй|забудь про|відкинь) (?:усі |всі |свої |твої |попередні )*(?:правил|інструкці|вказівк)\w*|(?:дай|додай|надай|відкрий|увімкни|скинь|створи|зроби)[^.?!]{0,80}(?:без (?:погодження|дозволу|перевірк\w+|питань)|тихо|потай)|тихо (?:дай|додай|надай)|познач\w* як схвален",
    ),
    (
        Signal::Instructs,
        r"(?:指示|ルール|規則|命令)[^。]{0,8}(?:無視|忘れて|取り消し)|(?:承認|許可|確認|検証)(?:なし|無し|せず|抜き)(?:に|で)[^。]{0,30}(?:ください|下さい|くれ|して|付与|追加)|承認済みとして",
    ),
    (
        Signal::Instructs,
        r"\b(?:ignora(?:re|te)?|dimentica(?:re|te)?)\b[^.?!]{0,40}\b(?:regole|istruzioni)\b|\b(?:negeer|vergeet)\b[^.?!]{0,40}\b(?:instructies|regels)\b|\b(?:ignorera|ignorer|glöm|glem)\b[^.?!]{0,40}\b(?:instruk\w+|regler\w*|reglene)\b|\b(?:unohda|ohita|sivuuta)\b[^.?!]{0,40}\b(?:ohjeet|säännöt)\b|\b(?:ignoruj|zapomeň|zabudni)\w*[^.?!]{0,40}\b(?:pokyny|instrukce|inštrukcie|pravidl\w+)\b|\bhagyd figyelmen kívül\b[^.?!]{0,40}\b(?:utasítás|szabály)|\b(?:ignoră|uită)\b[^.?!]{0,40}\b(?:instrucțiunile|regulile)\b",
    ),
    (
        Signal::Instructs,
        r"\b(?:talimat|kural)\w*[^.?!]{0,30}(?:yok say|unut|görmezden gel)|(?:αγνόησε|αγνοησε|ξέχασε)[^.?!;]{0,40}(?:οδηγίες|κανόνες)|(?:игнорируй|забудь)\w*[^.?!]{0,40}(?:инструкци|правил|указани)|(?:تجاهل|انس)[^.؟!]{0,40}(?:تعليمات|قواعد)|(?:निर्देश|नियम)[^।?!]{0,30}(?:अनदेखा|भूल)|(?:지시|규칙|지침)[^.?!]{0,20}(?:무시|잊)|(?:忽略|无视|忘记|忽視|忘記)[^。？！?!]{0,20}(?:指示|指令|规则|規則)|(?:bỏ qua|quên)[^.?!]{0,40}(?:hướng dẫn|chỉ dẫn|quy tắc)|\babaikan\b[^.?!]{0,40}\b(?:instruksi|aturan|perintah)\b",
    ),
    (
        Signal::Instructs,
        r"\bprompt(?:a|u)? (?:système|systeme|(?:de|del|do|di) sistema|systemow\w+|de sistem)\b|\bsyste+m-?prompt|\bsistem istem|системн\w+ промпт|系[统統]提示|システムプロンプト|시스템 프롬프트|موجه النظام|सिस्टम प्रॉम्प्ट",
    ),
];
