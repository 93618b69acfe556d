use crate::Signal;

/// How the commonest signals look in eight languages, over folded text: haste, a date, the wish for a
/// person, steps that were tried.
pub(super) const PATTERNS: &[(Signal, &str)] = &[
    (
        Signal::Urgent,
        r"\b(?:urgent(?:ly)?|asap|a\.s\.a\.p|emergency|hurry|as soon as possible|time[- ]critical|(?:top|highest) priority|high(?:est)? prio|without delay|can(?:'t|not) wait)\b",
    ),
    (
        Signal::Urgent,
        r"\b(?:need|fix|do|help|call|answer|come|look|respond)\b.{0,30}\b(?:immediately|right (?:away|now)|at once|now please|straight away)\b|\brush (?:this|it)\b|\bfix it now\b",
    ),
    (
        Signal::Urgent,
        r"\bplease (?:be )?(?:please )?quick(?:ly)?\b|\bquick(?:ly)?,? please\b|^quick\b",
    ),
    (
        Signal::Urgent,
        r"\b(?:dringend\w*|eilig|eilt|schnellstmöglich|schnellstens|unverzüglich|umgehend|sofort (?:was|etwas|hilfe|bitte)|bitte (?:sofort|schnell)|so schnell wie möglich|notfall|brandeilig)\b",
    ),
    (
        Signal::Urgent,
        r"\b(?:urgent[es]*|en urgence|au plus vite|tout de suite|dès que possible|dépêchez)\b|\bvite\b.{0,4}\bs'il vous pla[iî]t\b",
    ),
    (
        Signal::Urgent,
        r"\b(?:urgente(?:mente)?|con urgencia|urge|cuanto antes|lo antes posible|inmediatamente|ya mismo|rápido,? por favor|dense prisa)\b",
    ),
    (
        Signal::Urgent,
        r"\b(?:com urgência|o mais rápido possível|quanto antes|imediatamente|venham já|depressa)\b",
    ),
    (Signal::Urgent, r"\b(?:pilne|pilnie|natychmiast|jak najszybciej|niezwłocznie|asap)\b"),
    (Signal::Urgent, r"терміново|негайно|якнайшвидше|поспішіть|невідкладно"),
    (Signal::Urgent, r"至急|緊急|急いで|今すぐ|急ぎで|早急"),
    (
        Signal::Deadline,
        r"\b(?:by|before|until|till|no later than|at the latest|due|deadline)\b.{0,25}\b(?:\d{1,2}(?:st|nd|rd|th)|\d{1,2}(?:[:.]\d\d)? ?(?:am|pm|o'clock)|\d{1,2}:\d\d|mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?|tomorrow|tonight|noon|midnight|eod|eow|end of (?:the )?(?:day|week|month)|(?:\d{1,2} )?(?:january|february|march|april|june|july|august|september|october|november|december))\b",
    ),
    (
        Signal::Deadline,
        r"\b(?:meeting|exam|board|demo|presentation|client|customer|fair|audit|form|shop|training|interview|flight|course|starts?|opens?|closes?|begins?|ends?|expires?|visits|working|need)\b.{0,30}\b(?:at|in|on|is|next)\b (?:\d{1,2}(?:[:.]\d\d)?(?: ?(?:am|pm|minutes?|hours?))?|one hour|an hour|half an hour|the \d{1,2}(?:st|nd|rd|th)|midnight|noon|tomorrow|monday|tuesday|wednesday|thursday|friday)\b(?: \w+ at)?",
    ),
    (
        Signal::Deadline,
        r"\b(?:bis|spätestens|vor|davor|frist|abgabe|läuft)\b.{0,25}\b(?:\d{1,2}\.(?: ?\d{1,2}\.)?|\d{1,2}:\d\d|\d{1,2} uhr|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|morgen|mittag|heute abend|ende der woche|feierabend|(?:januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember))|\bum \w+ (?:machen wir auf|beginnt|geht es los|ist (?:das |die |der )?(?:meeting|termin|sitzung|präsentation|besprechung))\b",
    ),
    (
        Signal::Deadline,
        r"\b(?:avant|d'ici|pour|jusqu'au?|au plus tard)\b.{0,30}\b(?:le \d{1,2}|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|demain|midi|ce soir|\d{1,2} ?h)\b",
    ),
    (
        Signal::Deadline,
        r"\b(?:para|antes del?|hasta|a más tardar)\b.{0,15}\b(?:el \d{1,2}|lunes|martes|miércoles|jueves|viernes|sábado|domingo|mañana|mediodía)\b|\b(?:reunión|examen|presentación|abrimos)\b.{0,30}\ba las?\b",
    ),
    (
        Signal::Deadline,
        r"\b(?:até|antes d[eo]|para|viaja|no)\b.{0,12}\b(?:dia \d{1,2}|segunda|terça|quarta|quinta|sexta|sábado|domingo|amanhã|meio-dia)\b",
    ),
    (
        Signal::Deadline,
        r"\b(?:do|przed|najpóźniej|w|we)\b.{0,12}\b(?:poniedział\w*|wtor\w*|śro\w*|czwart\w*|piąt\w*|sobot\w*|niedziel\w*|jutra|jutro|\d{1,2}:\d\d)",
    ),
    (
        Signal::Deadline,
        r"(?:до|перед|здати|не пізніше).{0,15}(?:понеділ|вівтор|серед|четвер|п'ятниц|субот|неділ|завтра|вечора|шостої|ранку|\d{1,2}:\d\d)",
    ),
    (
        Signal::Deadline,
        r"(?:\d{1,2}時|曜日?|明日|本日|今日|月\d{1,2}日|月末|今週中).{0,10}(?:まで|開始|期限|締切|締め切り|必着)|提出期限",
    ),
    (
        Signal::WantsPerson,
        r"\b(?:talk|speak|chat)(?:ing)? (?:to|with) (?:an? |one of )?(?:your )?(?:real |actual |live |human )?(?:person|human|someone|somebody|technicians?|expert|engineer)\b|\b(?:human being|let a human|(?:get|give|find) me (?:an? )?(?:human|person|someone|somebody)|someone with a pulse|(?:speak|talk) (?:to|with) \w+ from your team)\b",
    ),
    (
        Signal::WantsPerson,
        r"\b(?:somebody|someone|anybody|anyone|technicians?|person|\w+ please)\b.{0,20}\b(?:call|phone|ring|come to)\b.{0,12}\b(?:me|us|our desk|my desk)\b|\bcall me (?:right away|back|please)\b|\bnot (?:the |a )?(?:chat(?: window)?|bot|machine|robot)\b",
    ),
    (
        Signal::WantsPerson,
        r"\b(?:mensch|techniker\w*|jemand|mitarbeiter\w*)\b.{0,20}\b(?:anruf\w*|anrufen|zurückruf\w*|vorbeikomm\w*)\b|\bmit (?:einem|einer) (?:echten )?(?:techniker\w*|mensch\w*|kolleg\w*|mitarbeiter\w*)\b.{0,15}\b(?:sprech\w*|red\w*)\b",
    ),
    (
        Signal::WantsPerson,
        r"\bparler (?:à|avec|au) (?:quelqu'un|une? (?:vraie? )?(?:personne|technicien\w*|humain\w*|conseiller\w*))|\b(?:technicien\w*|quelqu'un|personne) (?:m'appelle|me rappelle|vienne)\b|\bvraie? (?:personne|humain)\b",
    ),
    (
        Signal::WantsPerson,
        r"\bhablar con (?:una persona|alguien|un técnico|un humano)\b|\b(?:me puede|puede|que me) llam\w+ (?:una persona|alguien|un técnico)\b|\bpersona (?:real|de verdad)\b",
    ),
    (
        Signal::WantsPerson,
        r"\bfalar com (?:um técnico|uma pessoa|alguém|um humano)\b|\batendid[oa] por (?:gente|uma pessoa|alguém)\b|\bpessoa de verdade\b|\balguém me (?:ligue|telefone)\b",
    ),
    (
        Signal::WantsPerson,
        r"\b(?:porozmawiać|rozmawiać|pogadać) z (?:człowiekiem|kimś|technikiem|osobą|konsultantem)\b|\bktoś do mnie zadzwoni\w*",
    ),
    (
        Signal::WantsPerson,
        r"(?:поговорити|говорити) з (?:живою )?(?:людиною|кимось|техніком)|дайте людину",
    ),
    (
        Signal::WantsPerson,
        r"担当者(?:の方)?(?:と|に).{0,8}(?:話|代わ|繋)|人に代わ|人間と話|オペレーターに|直接お?話し",
    ),
    (
        Signal::TriedAlready,
        r"^(?:rebooted|restarted|cleared|updated|reinstalled|swapped|replugged|unplugged|tried turning)\b|\b(?:restarted|rebooted|reinstalled|re-?enrolled|re-?added|cleared|swapped|updated|removed|deleted|reset)\b.{0,60}\b(?:still|no change|no luck|remains?|without (?:success|luck)|same (?:error|thing|result))\b",
    ),
    (
        Signal::TriedAlready,
        r"\b(?:followed|worked through|did|done)\b.{0,30}\b(?:article|guide|checklist|instructions|kb|faq|reset per)\b|\btried (?:turning|another|restarting|reinstalling|a different|different|other|both|all)\b|\bi(?:'ve| have) (?:already )?(?:reinstalled|restarted|rebooted|checked|replaced)\b|\blike (?:your|the|it says in the) (?:article|kb|guide)\b|\b(?:as (?:told|described|instructed)|per (?:the )?instructions)\b",
    ),
    (
        Signal::TriedAlready,
        r"\b(?:neu ?gestartet|getauscht|neu installiert|neu aufgesetzt|zurückgesetzt|probiert)\b.{0,60}\b(?:bleibt|immer noch|trotzdem|nichts|weiterhin)\b|\banleitung (?:komplett |ganz )?(?:durch|befolgt|abgearbeitet)\b|\bwie beschrieben\b",
    ),
    (
        Signal::TriedAlready,
        r"\b(?:j'ai|on a|nous avons) (?:déjà )?(?:suivi la|suivi le|redémarré|réinstallé|tout (?:débranché|essayé|fait)|vidé le cache)\b|\bcomme (?:indiqué|vous le conseillez)\b|\bchangé de (?:navigateur|câble|prise)\b",
    ),
    (
        Signal::TriedAlready,
        r"\b(?:he|hemos) (?:reiniciado|reinstalado|seguido|quitado la batería)\b|\breinstalamos\b|\bcomo (?:pone|dice|indica) (?:en )?(?:la guía|el tutorial|el artículo)\b|\bya lo he (?:probado|reiniciado)\b",
    ),
    (
        Signal::TriedAlready,
        r"\bjá (?:reiniciei|reinstalei|formatei|troquei)\b|\bsegui (?:o|todo o) (?:artigo|guia)\b|\bcomo (?:vem|diz) no (?:guia|artigo)\b",
    ),
    (
        Signal::TriedAlready,
        r"\b(?:zrestartowa\w*|zresetowa\w*|przeinstalowa\w*|wgrał\w*|sparowa\w*)\b.{0,60}\b(?:nadal|dalej|jak|bez zmian|wciąż)\b|\bwszystko z instrukcji\b|\bzgodnie z instrukcją\b|\bjuż (?:próbowa\w*|restartowa\w*)\b",
    ),
    (
        Signal::TriedAlready,
        r"(?:перезавантаж\w*|перевстанов\w*|скида\w*).{0,60}(?:далі|досі|все одно|не допом)|як у вашій статті|за інструкцією зробив|вже (?:пробува\w*|перезавантаж\w*)",
    ),
    (
        Signal::TriedAlready,
        r"(?:通りに|どおり|全部|何度も).{0,12}(?:試し|やり直し|初期化|再起動し)|再起動(?:も|は)?し(?:ました|た)(?:が|けど)|試しましたが|やり直しましたが",
    ),
    (
        Signal::TriedAlready,
        r"\bj'ai (?:déjà )?(?:changé (?:le|la|les|l'|mon|ma)|remplacé|testé|essayé|mis à jour)\b|(?:替え|変え|換え|交換し)(?:て(?:み|も)|たが|ましたが)",
    ),
    (
        Signal::AsksStatus,
        r"\boù en est (?:ma|mon|la|le) (?:demande|ticket|dossier|commande|requête)\b|\b(?:des|aucune?|une) nouvelles? (?:de|concernant|pour|sur) (?:ma|mon)\b",
    ),
    (
        Signal::AsksStatus,
        r"\b(?:cómo va|cómo está|en qué (?:estado|punto) (?:está|va)|qué pasa con|qué hay de) (?:mi|el) (?:solicitud|ticket|pedido|caso|petición|incidencia)\b|\bnovedades (?:de|sobre) (?:mi|el)\b",
    ),
    (
        Signal::AsksStatus,
        r"\b(?:como está|como vai|em que (?:ponto|estado) está) (?:o meu|a minha|meu|minha) (?:pedido|ticket|chamado|solicitação)\b|\bnovidades? (?:sobre|do|da) (?:meu|minha|o meu|a minha|pedido|chamado)\b",
    ),
    (
        Signal::AsksStatus,
        r"\b(?:co z|jaki jest status|na jakim etapie jest|jak wygląda) (?:moj\w+|moim) (?:zgłoszeni\w+|wniosk\w+|ticket\w*|spraw\w+)",
    ),
    (
        Signal::AsksStatus,
        r"(?:що з|який статус|як справи з|як просувається) (?:мо\w+ )?(?:заявк|запит|звернен)",
    ),
    (
        Signal::AsksStatus,
        r"(?:お願い|依頼|申請|問い合わせ)(?:した|していた|の)?(?:件|チケット|もの).{0,14}(?:その後|どうなり|どうなって|状況|進捗)|(?:チケット|依頼|申請)の(?:状況|進捗)",
    ),
    (
        Signal::SeveralPeople,
        r"\btoute? (?:l'agence|l'entreprise|l'équipe|l'étage|l'usine|le service|le bureau|le site|le magasin|le dépôt|la boîte|la salle)\b|\bplus personne (?:ne|n')\b|\bpersonne (?:ne |n')(?:peut|arrive|a accès)\b",
    ),
    (
        Signal::SeveralPeople,
        r"\btod[ao] (?:la|el) (?:sucursal|oficina|empresa|equipo|planta|departamento|tienda|almacén|sede)\b|\bnadie (?:puede|consigue|logra|tiene)\b",
    ),
    (
        Signal::SeveralPeople,
        r"\btod[ao] (?:a|o) (?:filial|escritório|empresa|equipa|equipe|piso|andar|departamento|loja|armazém)\b|\b(?:filial|escritório|empresa|departamento|equipa|equipe|loja) inteir[ao]\b|\bninguém (?:consegue|pode|tem)\b",
    ),
    (
        Signal::SeveralPeople,
        r"\b(?:cały|cała|całe) (?:oddział|biuro|firma|dział|zespół|piętro|hala|magazyn|sklep|zakład)\b|\bnikt (?:\w+ ){0,2}nie (?:może|ma|widzi|drukuje|loguje|wejdzie)\b",
    ),
    (
        Signal::SeveralPeople,
        r"(?:уся|вся|весь|увесь) (?:філія|офіс|відділ|компанія|поверх|склад|магазин|цех|зал)|ніхто (?:\w+ ){0,2}не (?:може|має|бачить|друкує|заходить)",
    ),
    (
        Signal::SeveralPeople,
        r"(?:支店|部署|フロア|オフィス|会社|店舗|工場|拠点|チーム|部門)(?:の)?(?:全体|全員)|誰も[^。]{0,20}(?:できません|できない|れません|れない|ません)",
    ),
];

/// Words that only sound like a signal: there is no haste; others have what is wanted, not the same trouble.
pub(super) const DENIALS: &[(Signal, &str)] = &[
    (
        Signal::Urgent,
        r"\b(?:not|isn't|nothing|no need|never) (?:\w+ ){0,2}urgent\b|\bno (?:rush|hurry)\b|\bnicht (?:\w+ )?(?:dringend|eilig)\b|\bkeine eile\b|\beilt nicht\b|\b(?:pas|rien d')(?: \w+)? ?urgent\b|\bsans urgence\b|\bno (?:es|corre) (?:urgente|prisa)\b|\bnão (?:é|tem) urg\w+|\bnie (?:jest )?piln\w+|не терміново|急ぎません|急ぎではな|急がな",
    ),
    (
        Signal::SeveralPeople,
        r"\b(?:everyone|everybody|colleagues|team)(?: \w+){0,4} (?:already (?:has|have|uses?|got)|uses? (?:it|this|that|them))\b|\balle(?: \w+){0,4} (?:haben|nutzen|benutzen) (?:es|das|die|ihn|sie) (?:schon|bereits|auch schon)\b",
    ),
];
