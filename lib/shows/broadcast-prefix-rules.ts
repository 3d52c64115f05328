const JAPANESE = [
  String.raw`(?:NHK|BS\S{0,4}|Netflix|WOWOW)?\s?(?:TV|テレビ|WEB|オリジナル|新作|深夜)*アニメ(?:ーション|シリーズ)?`,
  String.raw`(?:NHK)?\s?(?:大河ドラマ|連続テレビ小説|朝ドラ)`,
  String.raw`(?:[月火水木金土日]曜(?:夜?\d{1,2}時)?|日曜|土曜)(?:プレミアム|ナイト|時代)?(?:ドラマ\d*|劇場|劇)`,
  String.raw`(?:TV|テレビ|プレミアム|スペシャル|夜|よる|連続|海外|韓国|中国|台湾|韓流|華流|真夜中|深夜|BS|NHK)*ドラマ(?:シリーズ|\d{1,2})?`,
  'BS時代劇|時代劇|特撮',
];
const KOREAN = [
  String.raw`(?:KBS|MBC|SBS|JTBC|tvN|OCN|ENA|EBS|TV조선|채널A|MBN)?\s?\d?(?:TV)?\s?(?:월화|수목|금토|토일|주말|일일|아침|대하|수요|금요|미니|웹)\s?(?:드라마|시리즈|사극)`,
  String.raw`(?:넷플릭스|티빙|웨이브|디즈니\+?|쿠팡플레이)\s?오리지널(?:\s?시리즈)?|TV\s?애니메이션`,
];
const CHINESE = [
  '(?:国产|國產)?(?:电视|電視|连续|連續)[剧劇]|国产剧|國產劇|[韩韓日美英泰古][剧劇]|动漫|動漫|动画片?|動畫|纪录片|紀錄片|综艺|綜藝',
];
const WESTERN = [
  '(?:TV|Web|Net|K|J|C)?[ -]?(?:Drama|Anime|Series)|Serie(?: de)? TV|Série TV|TV-Serie|Fernsehserie|Telenovela|Сериал',
];

const NAMES = [...JAPANESE, ...KOREAN, ...CHINESE].join('|');
/** The kind of broadcast before a quoted title. */
const BEFORE_QUOTES = new RegExp(
  String.raw`^(?:${NAMES}|${WESTERN.join('|')})?\s*(?:「([^」]+)」|『([^』]+)』|《([^》]+)》|〈([^〉]+)〉)`,
  'iu',
);
const BEFORE_TITLE = new RegExp(
  String.raw`^(?:(?:${NAMES})[\s:・]+|(?:${WESTERN.join('|')})\s?(?::|\s[-–])\s|(?:大河ドラマ|連続テレビ小説|テレビアニメ|TVアニメ|日曜劇場|[月火水木金土]曜(?:ドラマ|劇場)|电视剧|電視劇)(?=[\p{L}\p{N}]))`,
  'iu',
);
/** Marks in Japanese listings (new, subtitled, repeat, final): 🈟, [字], [新]. */
const MARKS = /[\u{1F200}-\u{1F251}]|[[［][新字再終解二多双SN無生]+[\]］]/gu;

/** Drops the kind of broadcast: `TVアニメ「葬送のフリーレン」`, `大河ドラマ 麒麟がくる`. */
export function withoutBroadcastPrefix(text: string): string {
  const plain = text.replaceAll(MARKS, ' ').trim();
  const quoted = BEFORE_QUOTES.exec(plain);
  if (quoted) return `${quoted.slice(1).find((title) => title !== undefined)} ${plain.slice(quoted[0].length)}`.trim();
  const rest = plain.replace(BEFORE_TITLE, '').trim();
  return rest === '' ? plain : rest;
}
