/** A name as written, and in ASCII for an address. */
export type PooledName = readonly [text: string, ascii: string];

/** Names that go together. */
export interface NamePool {
  readonly given: readonly [PooledName, ...PooledName[]];
  readonly surnames: readonly [PooledName, ...PooledName[]];
  readonly surnameFirst: boolean;
}

function pool(given: string, surnames: string, surnameFirst = false): NamePool {
  return { given: parsePool(given), surnames: parsePool(surnames), surnameFirst };
}

/** `Zoë=zoe Anna` → pairs; a name without `=` is its own ASCII form. */
function parsePool(text: string): [PooledName, ...PooledName[]] {
  const pairs = text.split(' ').map((entry): PooledName => {
    const [name = entry, ascii = name.toLowerCase()] = entry.split('=');
    return [name.replaceAll('_', ' '), ascii];
  });
  return pairs as [PooledName, ...PooledName[]];
}

/** Pools by script; plain ones appear twice, as they are the most common. */
export const namePools: readonly [NamePool, ...NamePool[]] = [
  pool(
    'Anna Ben Clara David Emma Felix Hannah Jonas Laura Martin Nora Paul Sarah Tom Victoria William',
    'Adams Bell Carter Dixon Evans Foster Grant Hughes Irwin Jones Keller Lewis Morgan Nelson Owens Parker',
  ),
  pool(
    'Olivia Liam Ava Noah Mia Ethan Isla Lucas Grace Henry Ruby Oscar Alice Leo Ella Max',
    "O'Brien=obrien McDonald=mcdonald Smith-Jones=smithjones van_Dyke=vandyke Quinn Reed Stone Turner Underwood Vance Walsh Young",
  ),
  pool(
    'Zoë=zoe Jürgen=juergen François=francois Ångström=angstrom Łukasz=lukasz Søren=soeren Žofie=zofie Íñigo=inigo Çağla=cagla Ștefan=stefan',
    'Müller=mueller Šťastná=stastna Ñuñez=nunez Bałtroczyk=baltroczyk Öztürk=oeztuerk Þórsson=thorsson Straße=strasse Dvořák=dvorak Nguyễn=nguyen Kővári=kovari',
  ),
  pool(
    '太郎=taro 花子=hanako 健一=kenichi 美咲=misaki 伟=wei 秀英=xiuying 민준=minjun 서연=seoyeon',
    '山田=yamada 鈴木=suzuki 佐藤=sato 王=wang 李=li 欧阳=ouyang 김=kim 박=park',
    true,
  ),
  pool(
    'محمد=mohammed فاطمة=fatima ليلى=layla يوسف=yusuf נועה=noa דוד=david שרה=sara',
    'حداد=haddad الخطيب=alkhatib منصور=mansour כהן=cohen לוי=levi מזרחי=mizrahi',
  ),
  pool(
    'Иван=ivan Ольга=olga Дмитрий=dmitry Αλέξανδρος=alexandros Ελένη=eleni Σοφία=sofia',
    'Петров=petrov Кузнецова=kuznetsova Щербаков=shcherbakov Παπαδόπουλος=papadopoulos Γεωργίου=georgiou',
  ),
];
