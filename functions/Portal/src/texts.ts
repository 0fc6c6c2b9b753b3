const en = {
  language: 'English',
  audit: 'Audit', login: 'Login', downloads: 'Log Download', signOut: 'Sign out', skip: 'Skip to the list',
  zone: 'Time zone', languageLabel: 'Language', theme: 'Appearance', light: 'Light', dark: 'Dark', system: 'As the system', settings: 'Settings',
  signIn: 'Sign in', signInWith: 'Sign in with {0}', signInText: 'Sign in to see who signed in to your organization, and from where.',
  signInKey: 'API key', signInKeyHint: 'A key with the roles read and export. LocalHost prints a link that has one in it.', badKey: 'This is no key of a tenant: la_…',
  sessionEnded: 'Your session has ended', sessionEndedText: 'Sign in again to go on where you were.', chooseTenant: 'Organization', signInFailed: 'The sign-in did not succeed. Try again.',
  period: 'Period', days: { 1: 'Today', 7: 'Last 7 days', 30: 'Last 30 days', 90: 'Last 90 days', 180: 'Last 180 days' }, custom: 'Custom', from: 'From', to: 'To',
  advanced: 'Advanced', condition: 'Condition', is: 'is', isNot: 'is not', value: 'Value', add: 'Add', remove: 'Remove condition {0}', search: 'Search', showSearch: 'Show search', clear: 'Clear all',
  user: 'User', ip: 'IP address', eventType: 'Event', result: 'Result', reason: 'Reason', method: 'Login method', service: 'Service type', source: 'Source', q: 'Words',
  userHint: 'User id or login id', ipHint: '203.0.113.7 or 203.0.113.0/24', sourceHint: 'okta-main', qHint: 'Words in names, login ids, reasons, user agents',
  description: 'Description', date: 'Date', columns: 'Columns', allColumns: 'All', newestFirst: 'Newest first', oldestFirst: 'Oldest first', openDetail: 'Open details',
  none: 'No sign-ins match', noneText: 'Choose a longer period or remove conditions.', loading: 'Searching…', searchedThrough: 'Searched back to {0}', searchedTo: 'Searched up to {0}', stop: 'Stop', goOn: 'Go on', more: 'Load more', end: 'All of the period is shown', shown: '{0} sign-ins',
  failed: 'That did not work', retry: 'Try again', offline: 'No connection', offlineText: 'Check your network. What you see may be old.', forbidden: 'Your account may not do this. Ask your administrator for the role.',
  chart: 'Sign-ins over time', chartHint: 'Drag over the chart to narrow the period. Conditions are not counted in.', chartTable: 'As a table', counting: 'Counting… back to {0}', success: 'Succeeded', failure: 'Failed', interrupted: 'Interrupted',
  topUsers: 'Users who failed', topIps: 'Addresses that failed', topReasons: 'Reasons', usersTried: 'users tried: {0}', times: '{0} ×', filterBy: 'Show only {0}',
  detail: 'Sign-in', close: 'Close', raw: 'Payload of the provider', rawDropped: 'The payload was too large to keep.', filterThis: 'Search for this', occurredAt: 'Occurred', receivedAt: 'Received', userId: 'User id', loginId: 'Login id', userName: 'Name', reasonRaw: 'Reason in the provider’s words', userAgent: 'User agent', sessionId: 'Session', correlationId: 'Correlation', application: 'Application', country: 'Country', city: 'City', asn: 'Network (ASN)', riskLevel: 'Risk', sourceEventId: 'Id at the source', id: 'Id',
  download: 'Download', requestDownload: 'Request a download', requestText: 'The file holds all that this search finds, not only what is loaded.', format: 'Format', gzip: 'Compress (gzip)', fileLanguage: 'Language', request: 'Request', cancel: 'Cancel', formats: { csv: 'CSV (spreadsheet)', ndjson: 'NDJSON', ocsf: 'OCSF (SIEM)', parquet: 'Parquet' },
  noDownloads: 'No downloads yet', noDownloadsText: 'Search on the Login page, and choose Download.', requested: 'Requested', by: 'by {0}', state: 'State', rows: 'Rows', size: 'Size', expires: 'Expires', actions: 'Actions', delete: 'Delete', deleteText: 'Delete the file for everybody?',
  states: { queued: 'Waiting', running: 'Being written', ready: 'Ready', failed: 'Failed', cancelled: 'Cancelled', expired: 'Expired' },
  types: { login: 'Login', logout: 'Logout', logout_requested: 'Logout requested by the server', id_changed: 'ID change', password_changed: 'Password change', mfa: 'Two-step verification', account_locked: 'Account locked', account_unlocked: 'Account unlocked', risk: 'Risk detected' },
  results: { success: 'succeeded', failure: 'failed', interrupted: 'interrupted' },
  reasons: { invalid_credentials: 'wrong ID or password', unknown_user: 'unknown user', account_disabled: 'account disabled', account_locked: 'account locked', password_expired: 'password expired', mfa_required: 'verification required', mfa_failed: 'verification failed', ip_blocked: 'IP address blocked', threat: 'threat detected', policy_denied: 'denied by policy', session_expired: 'session expired', idp_error: 'identity provider error', other: 'other reason' },
  methods: { password: 'Password', sso: 'SSO', social: 'Social login', phone_otp: 'Phone code', email_otp: 'Email code', totp: 'Authenticator app', passkey: 'Passkey', certificate: 'Certificate', token: 'Token', other: 'Other' },
  services: { pc_web: 'PC Web', pc_app: 'PC App', mobile_app: 'Mobile App', drive_explorer: 'Drive explorer', imap: 'IMAP', pop3: 'POP3', smtp: 'SMTP', caldav: 'CalDAV', api: 'API', others: 'Others' },
};

export type Texts = typeof en;

const ko: Texts = {
  language: '한국어',
  audit: '감사', login: '로그인', downloads: '로그 다운로드', signOut: '로그아웃', skip: '목록으로 건너뛰기',
  zone: '시간대', languageLabel: '언어', theme: '화면 모드', light: '밝게', dark: '어둡게', system: '시스템 설정', settings: '설정',
  signIn: '로그인', signInWith: '{0}(으)로 로그인', signInText: '조직에 누가 어디에서 로그인했는지 보려면 로그인하세요.',
  signInKey: 'API 키', signInKeyHint: 'read와 export 역할이 있는 키입니다. LocalHost가 키가 담긴 링크를 출력합니다.', badKey: '테넌트의 키가 아닙니다: la_…',
  sessionEnded: '세션이 종료되었습니다', sessionEndedText: '하던 작업을 계속하려면 다시 로그인하세요.', chooseTenant: '조직', signInFailed: '로그인하지 못했습니다. 다시 시도하세요.',
  period: '기간', days: { 1: '오늘', 7: '최근 7일', 30: '최근 30일', 90: '최근 90일', 180: '최근 180일' }, custom: '직접 지정', from: '시작', to: '끝',
  advanced: '상세', condition: '조건', is: '일치', isNot: '제외', value: '값', add: '추가', remove: '조건 삭제 {0}', search: '검색', showSearch: '검색 열기', clear: '모두 지우기',
  user: '구성원', ip: 'IP 주소', eventType: '이벤트', result: '결과', reason: '사유', method: '로그인 방법', service: '서비스 유형', source: '소스', q: '검색어',
  userHint: '사용자 ID 또는 로그인 ID', ipHint: '203.0.113.7 또는 203.0.113.0/24', sourceHint: 'okta-main', qHint: '이름, 로그인 ID, 사유, 사용자 에이전트의 단어',
  description: '설명', date: '일시', columns: '열', allColumns: '전체', newestFirst: '최신순', oldestFirst: '오래된순', openDetail: '상세 보기',
  none: '일치하는 로그인이 없습니다', noneText: '기간을 늘리거나 조건을 줄여 보세요.', loading: '검색 중…', searchedThrough: '{0}까지 검색함', searchedTo: '{0}까지 검색함', stop: '중지', goOn: '계속', more: '더 보기', end: '기간 전체를 표시했습니다', shown: '로그인 {0}건',
  failed: '처리하지 못했습니다', retry: '다시 시도', offline: '연결되지 않음', offlineText: '네트워크를 확인하세요. 표시된 내용이 오래되었을 수 있습니다.', forbidden: '권한이 없습니다. 관리자에게 역할을 요청하세요.',
  chart: '시간별 로그인', chartHint: '차트를 끌어 기간을 좁히세요. 조건은 반영되지 않습니다.', chartTable: '표로 보기', counting: '집계 중… {0}까지', success: '성공', failure: '실패', interrupted: '중단',
  topUsers: '실패한 구성원', topIps: '실패한 주소', topReasons: '사유', usersTried: '시도한 사용자 {0}명', times: '{0}회', filterBy: '{0}만 보기',
  detail: '로그인', close: '닫기', raw: '제공자의 원본 데이터', rawDropped: '원본 데이터가 너무 커서 보관하지 않았습니다.', filterThis: '이 값으로 검색', occurredAt: '발생', receivedAt: '수신', userId: '사용자 ID', loginId: '로그인 ID', userName: '이름', reasonRaw: '제공자의 사유', userAgent: '사용자 에이전트', sessionId: '세션', correlationId: '상관 ID', application: '애플리케이션', country: '국가', city: '도시', asn: '네트워크(ASN)', riskLevel: '위험도', sourceEventId: '소스의 ID', id: 'ID',
  download: '다운로드', requestDownload: '다운로드 요청', requestText: '파일에는 화면에 표시된 것만이 아니라 검색 결과 전체가 담깁니다.', format: '형식', gzip: '압축(gzip)', fileLanguage: '언어', request: '요청', cancel: '취소', formats: { csv: 'CSV(스프레드시트)', ndjson: 'NDJSON', ocsf: 'OCSF(SIEM)', parquet: 'Parquet' },
  noDownloads: '다운로드가 없습니다', noDownloadsText: '로그인 화면에서 검색한 뒤 다운로드를 선택하세요.', requested: '요청', by: '{0}', state: '상태', rows: '행', size: '크기', expires: '만료', actions: '작업', delete: '삭제', deleteText: '모든 사람에게서 이 파일을 삭제할까요?',
  states: { queued: '대기 중', running: '작성 중', ready: '완료', failed: '실패', cancelled: '취소됨', expired: '만료됨' },
  types: { login: '로그인', logout: '로그아웃', logout_requested: '서버의 로그아웃 요청', id_changed: '아이디 변경', password_changed: '비밀번호 변경', mfa: '2단계 인증', account_locked: '계정 잠금', account_unlocked: '계정 잠금 해제', risk: '위험 감지' },
  results: { success: '성공', failure: '실패', interrupted: '중단' },
  reasons: { invalid_credentials: '아이디 또는 비밀번호 오류', unknown_user: '등록되지 않은 사용자', account_disabled: '사용 중지된 계정', account_locked: '잠긴 계정', password_expired: '비밀번호 만료', mfa_required: '추가 인증 필요', mfa_failed: '추가 인증 실패', ip_blocked: '차단된 IP 주소', threat: '위협 감지', policy_denied: '정책에 의한 거부', session_expired: '세션 만료', idp_error: '인증 제공자 오류', other: '기타 사유' },
  methods: { password: '비밀번호', sso: 'SSO', social: '소셜 로그인', phone_otp: '휴대폰 인증번호', email_otp: '이메일 인증번호', totp: '인증 앱', passkey: '패스키', certificate: '인증서', token: '토큰', other: '기타' },
  services: { pc_web: 'PC 웹', pc_app: 'PC 앱', mobile_app: '모바일 앱', drive_explorer: '드라이브 탐색기', imap: 'IMAP', pop3: 'POP3', smtp: 'SMTP', caldav: 'CalDAV', api: 'API', others: '기타' },
};

const ja: Texts = {
  language: '日本語',
  audit: '監査', login: 'ログイン', downloads: 'ログのダウンロード', signOut: 'サインアウト', skip: '一覧へ移動',
  zone: 'タイムゾーン', languageLabel: '言語', theme: '外観', light: 'ライト', dark: 'ダーク', system: 'システムに合わせる', settings: '設定',
  signIn: 'サインイン', signInWith: '{0} でサインイン', signInText: '組織に誰がどこからログインしたかを見るには、サインインしてください。',
  signInKey: 'APIキー', signInKeyHint: 'read と export のロールを持つキーです。LocalHost がキー入りのリンクを表示します。', badKey: 'テナントのキーではありません: la_…',
  sessionEnded: 'セッションが終了しました', sessionEndedText: '続けるには、もう一度サインインしてください。', chooseTenant: '組織', signInFailed: 'サインインできませんでした。もう一度お試しください。',
  period: '期間', days: { 1: '今日', 7: '過去7日間', 30: '過去30日間', 90: '過去90日間', 180: '過去180日間' }, custom: '期間を指定', from: '開始', to: '終了',
  advanced: '詳細', condition: '条件', is: '一致', isNot: '除外', value: '値', add: '追加', remove: '条件を削除 {0}', search: '検索', showSearch: '検索を表示', clear: 'すべて解除',
  user: 'メンバー', ip: 'IPアドレス', eventType: 'イベント', result: '結果', reason: '理由', method: 'ログイン方法', service: 'サービスタイプ', source: 'ソース', q: '検索語',
  userHint: 'ユーザーIDまたはログインID', ipHint: '203.0.113.7 または 203.0.113.0/24', sourceHint: 'okta-main', qHint: '名前、ログインID、理由、ユーザーエージェントの語',
  description: '説明', date: '日時', columns: '列', allColumns: 'すべて', newestFirst: '新しい順', oldestFirst: '古い順', openDetail: '詳細を表示',
  none: '該当するログインはありません', noneText: '期間を長くするか、条件を減らしてください。', loading: '検索しています…', searchedThrough: '{0} まで検索しました', searchedTo: '{0} まで検索しました', stop: '停止', goOn: '続ける', more: 'さらに表示', end: '期間のすべてを表示しました', shown: 'ログイン {0} 件',
  failed: '処理できませんでした', retry: '再試行', offline: '接続がありません', offlineText: 'ネットワークを確認してください。表示が古い場合があります。', forbidden: '権限がありません。管理者にロールを依頼してください。',
  chart: 'ログインの推移', chartHint: 'グラフをドラッグすると期間を絞り込めます。条件は集計に含まれません。', chartTable: '表で表示', counting: '集計しています… {0} まで', success: '成功', failure: '失敗', interrupted: '中断',
  topUsers: '失敗したメンバー', topIps: '失敗したアドレス', topReasons: '理由', usersTried: '試行ユーザー {0} 件', times: '{0} 回', filterBy: '{0} だけを表示',
  detail: 'ログイン', close: '閉じる', raw: 'プロバイダーの元データ', rawDropped: '元データは大きすぎるため保存されていません。', filterThis: 'この値で検索', occurredAt: '発生', receivedAt: '受信', userId: 'ユーザーID', loginId: 'ログインID', userName: '名前', reasonRaw: 'プロバイダーによる理由', userAgent: 'ユーザーエージェント', sessionId: 'セッション', correlationId: '相関ID', application: 'アプリケーション', country: '国', city: '都市', asn: 'ネットワーク (ASN)', riskLevel: 'リスク', sourceEventId: 'ソースのID', id: 'ID',
  download: 'ダウンロード', requestDownload: 'ダウンロードを依頼', requestText: 'ファイルには、表示中のものだけでなく検索結果のすべてが入ります。', format: '形式', gzip: '圧縮 (gzip)', fileLanguage: '言語', request: '依頼', cancel: 'キャンセル', formats: { csv: 'CSV (表計算)', ndjson: 'NDJSON', ocsf: 'OCSF (SIEM)', parquet: 'Parquet' },
  noDownloads: 'ダウンロードはまだありません', noDownloadsText: 'ログインの画面で検索し、ダウンロードを選んでください。', requested: '依頼', by: '{0}', state: '状態', rows: '行', size: 'サイズ', expires: '有効期限', actions: '操作', delete: '削除', deleteText: '全員に対してこのファイルを削除しますか?',
  states: { queued: '待機中', running: '作成中', ready: '完了', failed: '失敗', cancelled: 'キャンセル済み', expired: '期限切れ' },
  types: { login: 'ログイン', logout: 'ログアウト', logout_requested: 'サーバーからのログアウト要求', id_changed: 'ID変更', password_changed: 'パスワード変更', mfa: '2段階認証', account_locked: 'アカウントロック', account_unlocked: 'アカウントロック解除', risk: 'リスク検知' },
  results: { success: '成功', failure: '失敗', interrupted: '中断' },
  reasons: { invalid_credentials: 'IDまたはパスワードの誤り', unknown_user: '存在しないユーザー', account_disabled: '無効なアカウント', account_locked: 'ロックされたアカウント', password_expired: 'パスワードの有効期限切れ', mfa_required: '追加認証が必要', mfa_failed: '追加認証に失敗', ip_blocked: 'ブロックされたIPアドレス', threat: '脅威を検知', policy_denied: 'ポリシーによる拒否', session_expired: 'セッションの有効期限切れ', idp_error: 'IDプロバイダーのエラー', other: 'その他の理由' },
  methods: { password: 'パスワード', sso: 'SSO', social: 'ソーシャルログイン', phone_otp: '電話番号の認証コード', email_otp: 'メールの認証コード', totp: '認証アプリ', passkey: 'パスキー', certificate: '証明書', token: 'トークン', other: 'その他' },
  services: { pc_web: 'PCブラウザ', pc_app: 'PCアプリ', mobile_app: 'モバイルアプリ', drive_explorer: 'Driveエクスプローラー', imap: 'IMAP', pop3: 'POP3', smtp: 'SMTP', caldav: 'CalDAV', api: 'API', others: 'その他' },
};

export const texts = { en, ko, ja };
export type Language = keyof typeof texts;
export const languages = Object.keys(texts) as Language[];

/** Puts a value where a text has `{0}`. */
export const fill = (text: string, value: string | number) => text.replace('{0}', String(value));
