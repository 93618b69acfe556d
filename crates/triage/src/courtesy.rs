use std::ops::Range;

/// Where the text says thanks or "solved", if that is all it says. One word outside of the small
/// vocabulary, a `not` for example, and it is about something else.
pub(crate) fn thanks(folded: &str) -> Option<Range<usize>> {
    let words =
        || folded.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|w| !w.is_empty());
    let only_courtesy =
        words().all(|word| [SOLVED, THANKS, AROUND, TROUBLE].iter().any(|list| is_in(list, word)));
    let is_solved = words().any(|word| is_in(SOLVED, word));
    // "Thanks, the problem is there again".
    let is_fine = !words().any(|word| is_in(TROUBLE, word));
    let said = is_solved || is_fine && words().any(|word| is_in(THANKS, word));
    (said && only_courtesy && !folded.contains('?')).then_some(0..folded.len())
}

fn is_in(list: &str, word: &str) -> bool {
    list.split(' ').any(|listed| listed == word)
}

/// One of these must be there,
const SOLVED: &str = "\
    behoben erledigt fixed funktioniert geht gelöst geklappt klappt resolved solved working works worked \
    réglé résolu remarche fonctionne solucionado resuelto funciona arreglado resolvido funcionou działa rozwiązane \
    працює вирішено";

/// or, where no trouble is named, one of these.
const THANKS: &str = "\
    dank danke dankeschön thank thanks thx merci gracias obrigado obrigada dziękuję dziekuje dzięki дякую спасибі";

const TROUBLE: &str = "issue problem problema problème";

/// And nothing but these besides.
const AROUND: &str = "\
    a again all alles also and bestens besten by das dear den der die dir email es euch everyone \
    everything fine for für good great guten gut hallo hat have hello help herzlichen hi hilfe \
    ich ihnen ihre internet is ist it it's jetzt laptop lieben login lot mail many me mir \
    much my now nun ok okay outlook passwort password perfect perfekt prima printer drucker \
    quick quickly schnelle schön sehr sich sign in so sorry super team that that's the \
    this tipp tip und very vielen vpn wieder wifi wlan wonderful wunderbar you your \
    c'est tout beaucoup ça est bon de nouveau maintenant pour votre aide bonjour parfait \
    ya está todo muchas mil bien ahora por la ayuda su el vale listo genial me os \
    já tudo muito bem agora pela ajuda o novo certo ótimo już wszystko bardzo za pomoc teraz dobrze jest znowu \
    вже все гаразд дуже за допомогу тепер добре щиро знову";

#[cfg(test)]
mod tests {
    use super::*;

    fn check(folded: &str, expect: bool) {
        assert_eq!(thanks(folded).is_some(), expect, "{folded}");
    }

    #[test]
    fn hears_thanks_only_where_nothing_else_is_said() {
        check("thanks, it works now!", true);
        check("thank you so much for the quick help", true);
        check("the vpn is working again", true);
        check("solved", true);
        check("vielen dank", true);
        check("vielen dank, es geht wieder", true);
        check("danke, hat sich erledigt", true);
        check("merci beaucoup, c'est réglé", true);
        check("gracias, ya está solucionado", true);
        check("obrigada, já está resolvido", true);
        check("dziękuję, już działa", true);
        check("дякую, вже все працює", true);
        check("gracias, el problema está resuelto", true);
        check("gracias, el problema está de nuevo", false);
        check("dzięki, problem jest znowu", false);
        check("la vpn no funciona", false);
        check("merci, ça ne fonctionne pas", false);
        check("вже не працює", false);
        check("thanks, but it does not work", false);
        check("it works not", false);
        check("danke, geht aber nicht", false);
        check("is it working again?", false);
        check("thanks in advance for the new dock", false);
        check("the vpn", false);
        check("", false);
    }
}
