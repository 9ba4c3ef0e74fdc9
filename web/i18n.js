// Words in both languages, and the few helpers every page shares (window.teller).
// Loaded before the page's own script. Text from the server is only ever set through textContent.
'use strict';

(() => {
  const WORDS = {
    'bank': ['晨川银行', 'Chenchuan Bank'],
    'skip': ['跳到主要内容', 'Skip to main content'],
    'language': ['语言', 'Language'],
    'nav': ['主导航', 'Main'],
    'nav.chat': ['智能客服', 'Assistant'],
    'nav.advisor': ['客户经理', 'Advisor'],
    'sign-in': ['登录', 'Sign in'],
    'sign-out': ['退出登录', 'Sign out'],
    'retry': ['重试', 'Try again'],
    'retry-in': ['{n} 秒后可重试', 'Try again in {n} s'],
    'loading': ['正在加载…', 'Loading…'],
    'yes': ['是', 'Yes'],
    'no': ['否', 'No'],
    'none': ['无', 'None'],
    'error.network': ['网络连接失败，请检查网络后重试。', 'The connection failed. Check your network and try again.'],
    'error.timeout': ['等待时间过长，请重试。', 'That took too long. Please try again.'],
    'error.unknown': ['服务暂时出了问题（{status}），请稍后重试。', 'Something went wrong ({status}). Please try again later.'],
    'error.busy': ['服务繁忙。', 'The service is busy.'],

    'chat.title': ['晨川银行 · 智能客服', 'Chenchuan Bank · Assistant'],
    'chat.heading': ['智能客服', 'Assistant'],
    'chat.notice': ['您正在与人工智能助手对话，回答由系统自动给出，仅供参考；请不要输入密码、验证码或完整卡号。您可以随时转人工。',
      'You are talking to an AI assistant. Its answers are automatic and for information only; never enter passwords, codes or full card numbers. You can ask for a person at any time.'],
    'chat.notice-label': ['人工智能提示', 'AI notice'],
    'chat.log': ['对话记录', 'Conversation'],
    'chat.welcome': ['您好，有什么可以帮您？', 'Hello, how can we help?'],
    'chat.welcome-more': ['用中文或英文直接提问，例如：', 'Ask in Chinese or English, for example:'],
    'chat.continued': ['正在继续您之前的对话。为保护隐私，页面刷新后不再显示之前的消息。',
      'Your earlier conversation goes on. To protect your privacy, messages from before the page was reloaded are not shown.'],
    'chat.input': ['输入消息', 'Your message'],
    'chat.placeholder': ['请输入您的问题', 'Type your question'],
    'chat.hint': ['Enter 发送，Shift + Enter 换行', 'Enter sends, Shift + Enter starts a new line'],
    'chat.send': ['发送', 'Send'],
    'chat.person': ['转人工', 'Talk to a person'],
    'chat.person-message': ['我要转人工', 'I want to talk to a person'],
    'chat.new': ['新对话', 'New chat'],
    'chat.typing': ['正在查找答案…', 'Looking for the answer…'],
    'chat.you': ['您', 'You'],
    'chat.bot': ['智能客服', 'Assistant'],
    'chat.sources': ['来源', 'Sources'],
    'chat.suggestions': ['您可以接着问', 'You can ask next'],
    'chat.failed': ['这条消息没有得到回答', 'This message was not answered'],
    'chat.again': ['重新开始并发送', 'Start again and send'],
    'chat.reference': ['受理编号', 'Reference'],
    'chat.starter.1': ['我的信用卡丢了怎么办', 'I lost my credit card, what should I do?'],
    'chat.starter.2': ['跨行转账手续费是多少', 'How much is a transfer to another bank?'],
    'chat.starter.3': ['附近网点几点开门', 'When do branches open?'],
    'chat.starter.4': ['我想了解定期存款', 'Tell me about fixed-term deposits'],
    'replykind.clarify': ['请您确认', 'One question'],
    'replykind.flow': ['为您办理', 'Step by step'],
    'replykind.recommend': ['产品信息', 'Products'],
    'replykind.handoff': ['人工服务', 'A person takes over'],
    'replykind.refuse': ['无法在此办理', 'Not something I can do'],

    'signin.title': ['登录 · 晨川银行', 'Sign in · Chenchuan Bank'],
    'signin.heading': ['登录演示银行', 'Sign in to the demo bank'],
    'signin.lead': ['这是演示环境，所有客户均为虚构。选择身份并输入编号即可，无需密码。',
      'This is a demonstration and every customer is made up. Choose who you are and enter a number; there is no password.'],
    'signin.role': ['身份', 'Who you are'],
    'role.advisor': ['客户经理', 'Advisor'],
    'role.customer': ['客户', 'Customer'],
    'signin.advisor-user': ['客户经理编号', 'Advisor number'],
    'signin.customer-user': ['客户编号', 'Customer number'],
    'signin.advisor-hint': ['A001 至 A020', 'A001 to A020'],
    'signin.customer-hint': ['C000001 起', 'From C000001'],
    'signin.busy': ['正在登录…', 'Signing in…'],
    'signin.empty': ['请输入编号。', 'Enter a number.'],

    'adv.title': ['晨川银行 · 客户经理工作台', 'Chenchuan Bank · Advisor desk'],
    'adv.heading': ['客户经理工作台', 'Advisor desk'],
    'adv.tab.customers': ['我的客户', 'My customers'],
    'adv.tab.handoffs': ['待人工处理', 'Asked for a person'],
    'adv.filter': ['筛选客户', 'Filter customers'],
    'adv.filter-hint': ['姓名或编号', 'Name or number'],
    'adv.loaded': ['已载入 {n} 位', '{n} loaded'],
    'adv.more': ['载入更多', 'Load more'],
    'adv.no-match': ['没有符合条件的客户。', 'No customer matches.'],
    'adv.no-customers': ['名下暂无客户。', 'There are no customers in your portfolio.'],
    'adv.choose': ['从左侧选择一位客户，查看全貌和下一步适合的产品。', 'Choose a customer to see them whole, with the products that suit them next.'],
    'adv.back': ['返回客户列表', 'All customers'],
    'adv.not-advisor': ['当前登录身份不是客户经理。', 'You are not signed in as an advisor.'],
    'adv.as-of': ['数据截至 {day}', 'As of {day}'],
    'adv.profile': ['基本情况', 'Profile'],
    'adv.age': ['{n} 岁', 'age {n}'],
    'adv.occupation': ['职业', 'Occupation'],
    'adv.resident': ['居民', 'Resident'],
    'adv.income': ['月收入', 'Monthly income'],
    'adv.life-stage': ['人生阶段', 'Life stage'],
    'adv.knowledge': ['投资知识', 'Investment knowledge'],
    'adv.since': ['开户日期', 'Customer since'],
    'adv.language': ['常用语言', 'Language'],
    'adv.value': ['客户价值', 'Value'],
    'adv.assets': ['金融资产', 'Financial assets'],
    'adv.debts': ['负债', 'Debts'],
    'adv.risk': ['风险承受能力', 'Risk class'],
    'adv.risk-none': ['未测评', 'Not assessed'],
    'adv.risk-valid': ['有效期至 {day}', 'Valid to {day}'],
    'adv.risk-expired': ['已于 {day} 过期', 'Expired {day}'],
    'adv.holdings': ['持有产品', 'Holdings'],
    'adv.product': ['产品', 'Product'],
    'adv.category': ['类别', 'Category'],
    'adv.all-categories': ['全部类别', 'All categories'],
    'adv.balance': ['余额', 'Balance'],
    'adv.opened': ['{day} 开立', 'since {day}'],
    'adv.no-holdings': ['暂无持有产品。', 'Holds no product.'],
    'adv.money-in': ['近 12 个月收入', 'Money in, 12 months'],
    'adv.money-out': ['近 12 个月支出', 'Money out, 12 months'],
    'adv.times': ['{n} 笔', '{n}×'],
    'adv.consents': ['授权', 'Consents'],
    'adv.consent.personalisation': ['个性化推荐', 'Personal recommendations'],
    'adv.consent.marketing': ['营销联系', 'Marketing contact'],
    'adv.granted': ['已授权', 'Given'],
    'adv.withheld': ['未授权', 'Not given'],
    'adv.next': ['下一步适合的产品', 'Next products'],
    'adv.personalised': ['个性化', 'Personalised'],
    'adv.no-consent': ['客户未授权个性化推荐', 'The customer has not agreed to personal recommendations'],
    'adv.score': ['匹配度', 'Fit'],
    'adv.reasons': ['推荐理由', 'Why'],
    'adv.facts': ['关键信息', 'Facts'],
    'adv.valid-on': ['适用日期 {day}', 'as on {day}'],
    'adv.excluded': ['未列入及原因（{n}）', 'Left out and why ({n})'],
    'adv.reason': ['原因', 'Why'],
    'adv.no-items': ['目前没有通过全部检查的产品。', 'No product passes every check at the moment.'],
    'adv.decision': ['决策编号', 'Decision'],
    'adv.model': ['模型版本', 'Model'],
    'adv.handoffs': ['等待人工服务的请求', 'Open requests for a person'],
    'adv.no-handoffs': ['目前没有等待处理的请求。', 'Nobody is waiting.'],
    'adv.refresh': ['刷新', 'Refresh'],
    'adv.due': ['处理期限', 'Due'],
    'adv.asked': ['提出时间', 'Asked'],
    'adv.urgent': ['紧急', 'Urgent'],
    'handoff.asked_for_person': ['要求人工', 'Asked for a person'],
    'handoff.special_case': ['专项事务', 'Special case'],
    'handoff.self_harm': ['安全关怀', 'Safety concern'],
    'handoff.no_help': ['多次未解决', 'Not helped'],

    'kind.individual': ['个人', 'Individual'],
    'kind.small_business': ['小微企业', 'Small business'],
    'life.student': ['学生', 'Student'],
    'life.young_worker': ['职场新人', 'Young worker'],
    'life.young_family': ['年轻家庭', 'Young family'],
    'life.established_family': ['成熟家庭', 'Established family'],
    'life.pre_retirement': ['临近退休', 'Before retirement'],
    'life.retired': ['退休', 'Retired'],
    'life.business_owner': ['企业主', 'Business owner'],
    'segment.small_business': ['小微企业', 'Small business'],
    'segment.private': ['私人银行', 'Private'],
    'segment.affluent': ['优享', 'Affluent'],
    'segment.student': ['学生', 'Student'],
    'segment.pensioner': ['退休', 'Pensioner'],
    'segment.emerging': ['成长', 'Emerging'],
    'segment.mass': ['大众', 'Mass'],
    'knowledge.0': ['无', 'None'],
    'knowledge.1': ['基础', 'Basic'],
    'knowledge.2': ['熟悉', 'Informed'],
    'knowledge.3': ['丰富', 'Experienced'],
    'risk.1': ['C1 谨慎型', 'C1 Cautious'],
    'risk.2': ['C2 稳健型', 'C2 Conservative'],
    'risk.3': ['C3 平衡型', 'C3 Balanced'],
    'risk.4': ['C4 进取型', 'C4 Growth'],
    'risk.5': ['C5 激进型', 'C5 Bold'],
    'locale.zh': ['中文', 'Chinese'],
    'locale.en': ['英文', 'English'],
    'value.contribution': ['贡献', 'Contribution'],
    'value.potential': ['潜力', 'Potential'],
    'value.loyalty': ['忠诚', 'Loyalty'],
    'category.deposit': ['存款', 'Deposit'],
    'category.cash_management': ['现金管理', 'Cash management'],
    'category.wealth': ['理财', 'Wealth'],
    'category.fund': ['基金', 'Fund'],
    'category.gold': ['黄金', 'Gold'],
    'category.foreign_exchange': ['外汇', 'Foreign exchange'],
    'category.card': ['银行卡', 'Card'],
    'category.personal_loan': ['个人贷款', 'Personal loan'],
    'category.mortgage': ['住房贷款', 'Mortgage'],
    'category.business_loan': ['经营贷款', 'Business loan'],
    'category.insurance': ['保险', 'Insurance'],
    'category.pension': ['个人养老金', 'Personal pension'],
    'need.saving': ['储蓄', 'Saving'],
    'need.liquidity': ['随取随用', 'Ready cash'],
    'need.growth': ['增值', 'Growth'],
    'need.protection': ['保障', 'Protection'],
    'need.retirement': ['养老', 'Retirement'],
    'need.borrowing': ['借款', 'Borrowing'],
    'need.housing': ['住房', 'Housing'],
    'need.payment': ['支付', 'Payments'],
    'need.business_finance': ['经营融资', 'Business finance'],
    'need.foreign_exchange': ['外汇', 'Foreign exchange'],
    'need.education': ['教育', 'Education'],
    'spend.salary': ['工资', 'Salary'],
    'spend.business_income': ['经营收入', 'Business income'],
    'spend.pension': ['养老金', 'Pension'],
    'spend.transfer_in': ['转入', 'Transfers in'],
    'spend.groceries': ['日常采购', 'Groceries'],
    'spend.dining': ['餐饮', 'Dining'],
    'spend.housing': ['住房', 'Housing'],
    'spend.utilities': ['水电燃气', 'Utilities'],
    'spend.transport': ['交通', 'Transport'],
    'spend.shopping': ['购物', 'Shopping'],
    'spend.travel': ['旅行', 'Travel'],
    'spend.overseas_spending': ['境外消费', 'Abroad'],
    'spend.education': ['教育', 'Education'],
    'spend.healthcare': ['医疗', 'Healthcare'],
    'spend.child_care': ['育儿', 'Child care'],
    'spend.insurance_premium': ['保险费', 'Premiums'],
    'spend.loan_repayment': ['还款', 'Repayments'],
    'spend.investment': ['投资', 'Investment'],
    'spend.cash_withdrawal': ['取现', 'Cash'],
    'spend.transfer_out': ['转出', 'Transfers out'],
  };

  const LOCALE_KEY = 'teller.locale';
  const listeners = [];
  let locale = startingLocale();

  function startingLocale() {
    let kept = null;
    try { kept = localStorage.getItem(LOCALE_KEY); } catch { /* storage may be off */ }
    if (kept === 'zh' || kept === 'en') return kept;
    return (navigator.language || '').toLowerCase().startsWith('zh') ? 'zh' : 'en';
  }

  const langTag = (code) => (code === 'zh' ? 'zh-CN' : 'en');

  /** The words for a key in the page's language; `{n}` and the like are filled from `values`. */
  function t(key, values = {}) {
    const pair = WORDS[key];
    if (!pair) return key;
    return pair[locale === 'zh' ? 0 : 1].replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  }

  /** The label of a code (`label('life', 'student')`); a code without one is shown readably as it is. */
  function label(group, code) {
    if (code === null || code === undefined || code === '') return '';
    const key = `${group}.${code}`;
    return WORDS[key] ? t(key) : String(code).replaceAll('_', ' ');
  }

  /** A text that may be plain or `{zh, en}`. */
  function local(text) {
    if (text && typeof text === 'object') return text[locale] ?? text.zh ?? text.en ?? '';
    return text === null || text === undefined ? '' : String(text);
  }

  function setLocale(next) {
    if (next === locale) return;
    locale = next;
    try { localStorage.setItem(LOCALE_KEY, next); } catch { /* storage may be off */ }
    applyWords();
    for (const listener of listeners) listener(next);
  }

  /** Fills `data-i18n="key"` (text) and `data-i18n-attr="attribute:key;…"` under `root`. */
  function applyWords(root = document) {
    document.documentElement.lang = langTag(locale);
    for (const node of root.querySelectorAll('[data-i18n]')) node.textContent = t(node.dataset.i18n);
    for (const node of root.querySelectorAll('[data-i18n-attr]')) {
      for (const part of node.dataset.i18nAttr.split(';')) {
        const [attribute, key] = part.split(':');
        node.setAttribute(attribute, t(key));
      }
    }
    for (const button of document.querySelectorAll('[data-locale]')) {
      button.setAttribute('aria-pressed', String(button.dataset.locale === locale));
    }
  }

  /** An element with properties; `dataset` and `attributes` are objects, children are nodes or texts. */
  function el(tag, properties = {}, ...children) {
    const node = document.createElement(tag);
    const { dataset = {}, attributes = {}, ...rest } = properties;
    Object.assign(node, rest);
    Object.assign(node.dataset, dataset);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children.filter((child) => child !== null && child !== undefined && child !== ''));
    return node;
  }

  const yuan = (fen) => (Number.isFinite(fen)
    ? new Intl.NumberFormat(langTag(locale), { style: 'currency', currency: 'CNY', currencyDisplay: 'narrowSymbol' }).format(fen / 100)
    : '–');
  const wholeYuan = (fen) => (Number.isFinite(fen)
    ? new Intl.NumberFormat(langTag(locale), {
      style: 'currency', currency: 'CNY', currencyDisplay: 'narrowSymbol', maximumFractionDigits: 0,
    }).format(Math.round(fen / 100))
    : '–');
  const moment = (iso) => {
    const at = new Date(iso);
    return Number.isNaN(at.getTime()) ? String(iso ?? '')
      : new Intl.DateTimeFormat(langTag(locale), { dateStyle: 'medium', timeStyle: 'short' }).format(at);
  };

  /** A refused or failed request: what problem+json said, or what the network did. */
  class Problem extends Error {
    constructor(status, body, retryAfter) {
      super(body?.detail || body?.title || '');
      this.status = status;
      this.field = body?.field ?? null;
      this.retryAfter = retryAfter;
    }

    /** What to tell the reader, in the page's language where the server gave no detail. */
    get text() {
      if (this.message) return this.message;
      if (this.status === 0) return t('error.network');
      if (this.status === -1) return t('error.timeout');
      return this.status === 503 ? t('error.busy') : t('error.unknown', { status: this.status });
    }
  }

  function secondsOf(retryAfter) {
    if (!retryAfter) return null;
    const seconds = /^\d+$/.test(retryAfter) ? Number(retryAfter) : (Date.parse(retryAfter) - Date.now()) / 1000;
    return Number.isFinite(seconds) ? Math.min(600, Math.max(1, Math.ceil(seconds))) : null;
  }

  /** JSON in, JSON out; throws Problem. An abort through `signal` throws AbortError as fetch does. */
  async function request(method, path, body, { headers = {}, signal, timeoutMs = 60000 } = {}) {
    const timeout = AbortSignal.timeout(timeoutMs);
    const abort = new AbortController();
    for (const source of [timeout, signal]) source?.addEventListener('abort', () => abort.abort(), { once: true });
    const options = { method, headers: { accept: 'application/json', ...headers }, signal: abort.signal, credentials: 'same-origin' };
    if (body !== undefined) {
      options.headers['content-type'] = 'application/json';
      options.body = JSON.stringify(body);
    }
    let response;
    let data = null;
    try {
      response = await fetch(path, options);
      const text = await response.text();
      if (/\bjson\b/.test(response.headers.get('content-type') ?? '') && text) data = JSON.parse(text);
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new Problem(timeout.aborted ? -1 : 0, null, null);
    }
    if (!response.ok) throw new Problem(response.status, data, secondsOf(response.headers.get('retry-after')));
    return { data, headers: response.headers };
  }

  /** Who is signed in: `{ role, user }`, or null when nobody is or it cannot be told. */
  async function whoAmI() {
    try {
      const { data } = await request('GET', '/v1/me');
      return data?.user ? data : null;
    } catch {
      return null;
    }
  }

  /** Puts "sign in", or who is signed in with "sign out", into `box`. */
  function accountLink(box, me, next) {
    if (!me) {
      box.replaceChildren(el('a', { href: `/sign-in?next=${next}`, dataset: { i18n: 'sign-in' }, textContent: t('sign-in') }));
      return;
    }
    const leave = async () => {
      try { await request('POST', '/v1/sign-out'); } finally {
        try { sessionStorage.removeItem('teller.session'); } catch { /* storage may be off */ }
        location.reload();
      }
    };
    box.replaceChildren(el('span', { className: 'me', textContent: me.user }),
      el('button', { type: 'button', className: 'link', dataset: { i18n: 'sign-out' }, textContent: t('sign-out'), onclick: leave }));
  }

  document.addEventListener('DOMContentLoaded', () => {
    applyWords();
    for (const button of document.querySelectorAll('[data-locale]')) {
      button.addEventListener('click', () => setLocale(button.dataset.locale));
    }
  });

  window.teller = {
    t, label, local, el, yuan, wholeYuan, moment, request, Problem, langTag, whoAmI, accountLink,
    get locale() { return locale; },
    onLocale(listener) { listeners.push(listener); },
  };
})();
