"""The words that the generated libraries are made of."""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


TAGS = _words(
    """
    programming python webdev ops linux security databases design javascript rust go history
    kafka postgres distributed-systems algorithms networking typography music cooking books
    science photography maps architecture economics politics privacy cryptography health biology
    physics mathematics statistics machine-learning compilers testing git shell vim emacs
    terminal unix bsd macos ios android css html svg fonts color ui ux accessibility writing
    journalism education language philosophy psychology startups management hiring remote
    productivity email calendar rss blogs wiki archive pinboard bookmarks search queues storm
    spark hadoop aws gcp azure kubernetes docker terraform monitoring logging tracing metrics
    grafana prometheus redis sqlite mysql mongodb elasticsearch lucene parsing json xml yaml csv
    http tls dns ipv6 bgp wifi radio hardware electronics arduino 3d-printing robotics games
    chess puzzles film television comics art drawing museums travel trains cycling hiking
    gardening coffee bread cheese wine recipes ireland dublin london berlin tokyo 日本 日本語 café
    naïve größe c c++ c# .net f# node.js @work @home @later 100% snake_case to-read reference
    toread tutorial video podcast talk paper pdf book tool library opensource free cool funny
    weird beautiful important via:popular via:hn via:waxy via:fogus geo:dublin geo:berlin
    lang/python lang/rust lang/go lang/haskell lang/lisp lang/ocaml lang/erlang db/postgres
    db/sqlite ops/oncall ops/postmortem .private .family .money haskell lisp scheme clojure
    ocaml erlang elixir scala kotlin swift java perl ruby php lua zig nim julia r fortran cobol
    assembly webassembly llvm gcc make cmake bazel nix guix debian ubuntu fedora arch freebsd
    openbsd zfs btrfs ext4 nfs ssh gpg vpn tor wireguard firewall malware phishing fraud law
    copyright patents licences taxes housing climate energy solar nuclear space astronomy nasa
    ocean birds dogs cats insects trees weather volcanoes earthquakes geology archaeology
    medieval rome greece wwii coldwar computers retro amiga c64 spectrum bbs usenet gopher
    hypertext xanadu
    """
)

COMMON = _words(
    """
    about above across after again against almost along already always among another answer
    around article author because become before begin behind being believe below better between
    beyond both bring build business called cannot careful carry change choose claim clear close
    collect combine common compare complete consider contain continue control correct costly
    could count course cover create crowd current damage danger data decide deep defend define
    degree deliver depend describe detail develop differ difficult direct discover discuss
    distance divide document doubt draft drive during early earn easy edge effect effort either
    empty enable end energy engine enjoy enough entire error essay estimate even event ever
    every evidence exact example except exist expect explain express extend extra fact fail fair
    fall familiar famous farther fast favour feature feeling field figure file final find finish
    first flow follow force foreign forget form forward found free frequent fresh friend from
    full function further future gather general gentle give goes good grand great ground group
    grow guess guide habit half handle happen hard have heavy help here hidden high history hold
    home honest hope hour house human idea image imagine important improve include increase
    indeed inside instead interest into invent invite issue itself join journal journey judge
    keep kind knowledge known language large last later latter layer learn least leave left
    length less letter level library light like limit line list little local logic long look
    lost loud machine made main make manner many mark market matter maybe mean measure meet
    memory mention message method middle might mind minor minute mistake model modern moment
    month more most mostly move much must name narrow nature near nearly need network never
    night noise normal note nothing notice novel number object obvious offer office often older
    once only open operate opinion order ordinary other ought outside over owner page paper part
    party past patient pattern people perfect perhaps period person phrase picture piece place
    plain plan point popular possible power practice prefer prepare present pretty prevent
    problem process produce program project proof proper protect proud prove public pull pure
    push queue question quick quiet quite quote raise range rare rather reach read ready real
    reason receive recent record reduce refer region regular relate remain remember remove
    repeat replace reply report request require rest result return review rich right rise rough
    round rule rush safe same sample save scale school science score search season second secret
    section seem sense sentence separate series serious serve settle several shape share sharp
    short should show side sign silent simple since single size skill slow small smooth social
    solve some soon sort sound source space speak special speed spend split spread spring square
    stable stage stand standard start state stay steady step still stock stone stop store story
    straight strange stream street strong structure study style subject succeed sudden suggest
    summer support suppose surface surprise sweet system table take talk task teach tell tend
    term test text than thank that their them then theory there these thing think this those
    though thought thread three through throw time tiny title today together tomorrow tone tool
    total touch toward trace trade train travel treat trial trick true trust truth turn twice
    type under understand unit until upon usage useful usual value various very view visit voice
    wait walk want warm watch water wave weak wear week weigh well went were what wheel when
    where whether which while white whole whose wide will wind window winter wise wish with
    within without wonder word work world worry worth would write wrong year yellow young your
    """
)

OPENINGS = (
    "Notes on", "Why", "How we moved", "The trouble with", "A short history of", "Understanding",
    "Against", "Ask HN:", "Show HN:", "[PDF]", "Re:", "The art of", "On", "In praise of", "What",
    "Beyond", "A field guide to", "Rethinking", "Ten years of", "The hidden cost of",
)  # fmt: skip

FOREIGN = (
    "東京の地図と本棚", "日本語のテキスト処理", "Größe und Übermaß", "L’été à la bibliothèque",
    "Привет, мир", "naïve façade", "Ελληνικά γράμματα", "한국어 문서", "שלום עולם",
    "smörgåsbord ☕", "¿Por qué no?", "zażółć gęślą jaźń", "中文书签", "👩‍💻 at work",
)  # fmt: skip

PEOPLE = ("maciej", "fogus", "waxpancake", "ana_k", "tomasz", "日記", "deusx", "kellan")

HOSTS = _words(
    """
    github.com en.wikipedia.org youtube.com medium.com news.ycombinator.com nytimes.com
    stackoverflow.com arxiv.org theguardian.com twitter.com reddit.com bbc.co.uk flickr.com
    confluent.io kafka.apache.org blog.jm.example.org queue.acm.org lwn.net aws.amazon.com
    docs.python.org developer.mozilla.org boingboing.net kottke.org metafilter.com
    arstechnica.com
    """
)
