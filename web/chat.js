// The chat page: sends what the customer writes, shows replies with their sources, keeps the session's token.
// Text from the server reaches the page through textContent only; nothing of a conversation is stored here
// except the session's id and token, and those only as long as the tab lives.
'use strict';

(() => {
  const { t, el, request, Problem, langTag } = window.teller;
  const SESSION_KEY = 'teller.session';
  const TOKEN_HEADER = 'x-session-token';
  const CHANNEL = 'web';
  // Looking for the answer is said only once the wait is long enough to notice.
  const TYPING_AFTER_MS = 250;

  const byId = (id) => document.getElementById(id);
  const page = {};
  let session = null;
  // The message under way: { abort, bubble }, or null.
  let sending = null;
  let countdown = null;

  // --- The session's token: in this tab only, never in a URL or a cookie.

  function readSession() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(SESSION_KEY));
      return kept && typeof kept.id === 'string' && typeof kept.token === 'string' ? kept : null;
    } catch {
      return null;
    }
  }

  function keepSession(next) {
    session = next;
    try {
      if (next) sessionStorage.setItem(SESSION_KEY, JSON.stringify(next));
      else sessionStorage.removeItem(SESSION_KEY);
    } catch { /* storage may be off: the session then lasts until the page is reloaded */ }
    showSessionTools();
  }

  function showSessionTools() {
    page.fresh.hidden = !session && page.log.childElementCount === 0;
  }

  // --- What is on the page.

  function scrollDown() {
    page.scroller.scrollTop = page.scroller.scrollHeight;
  }

  /** Brings the beginning of a reply into view; a long reply is read from its top. */
  function reveal(node) {
    const room = page.scroller.clientHeight;
    page.scroller.scrollTop = node.offsetHeight > room
      ? node.offsetTop - page.scroller.offsetTop - 12
      : page.scroller.scrollHeight;
  }

  function speaker(key) {
    return el('span', { className: 'visually-hidden', dataset: { i18n: key }, textContent: t(key) });
  }

  function addOwn(text) {
    page.welcome.hidden = true;
    const bubble = el('div', { className: 'message own' }, speaker('chat.you'),
      el('div', { className: 'bubble', textContent: text }));
    page.log.append(bubble);
    showSessionTools();
    scrollDown();
    return bubble;
  }

  function sourcesOf(citations) {
    const items = citations.map((citation) => el('li', {},
      el('span', { className: 'source-title', textContent: citation.title }),
      el('q', { className: 'source-quote', textContent: citation.quote }),
      el('span', { className: 'source-id', textContent: citation.id })));
    const summary = el('summary', {},
      el('span', { dataset: { i18n: 'chat.sources' }, textContent: t('chat.sources') }),
      el('span', { className: 'count', textContent: String(citations.length) }));
    return el('details', { className: 'sources' }, summary, el('ol', {}, ...items));
  }

  function suggestionsOf(texts) {
    const box = el('div', { className: 'suggestions', attributes: { role: 'group', 'aria-label': t('chat.suggestions') } });
    for (const text of texts) {
      box.append(el('button', { type: 'button', className: 'suggestion', textContent: text, onclick: () => send(text) }));
    }
    return box;
  }

  /** The number a customer can quote, shown apart so that it is easy to find and to copy. */
  function referenceOf(reply) {
    const found = reply.kind === 'handoff' ? /\bH-[A-Z0-9]{8}\b/.exec(reply.text) : null;
    return found && el('p', { className: 'reference' },
      el('span', { dataset: { i18n: 'chat.reference' }, textContent: t('chat.reference') }),
      el('strong', { textContent: found[0] }));
  }

  function addReply(reply) {
    const kindKey = reply.kind === 'answer' ? null : `replykind.${reply.kind}`;
    const bubble = el('div', { className: 'bubble', lang: langTag(reply.locale) },
      kindKey && el('span', { className: 'kind', textContent: t(kindKey), dataset: { i18n: kindKey } }),
      el('div', { className: 'reply-text', textContent: reply.text }),
      referenceOf(reply),
      reply.citations.length > 0 ? sourcesOf(reply.citations) : null);
    const message = el('div', { className: 'message bot', dataset: { kind: reply.kind } }, speaker('chat.bot'), bubble);
    if (reply.suggestions.length > 0) message.append(suggestionsOf(reply.suggestions));
    page.log.append(message);
    reveal(message);
  }

  /** Suggestions belong to the newest reply; a refusal to the message it refused. */
  function clearOffers() {
    clearInterval(countdown);
    for (const old of page.log.querySelectorAll('.suggestions, .problem')) old.remove();
  }

  function showTyping(on) {
    page.typing.replaceChildren();
    if (!on) return;
    page.typing.append(el('span', { className: 'dots', attributes: { 'aria-hidden': 'true' } }, el('i'), el('i'), el('i')),
      el('span', { dataset: { i18n: 'chat.typing' }, textContent: t('chat.typing') }));
    scrollDown();
  }

  function setBusy(on) {
    page.composer.setAttribute('aria-busy', String(on));
    page.send.disabled = on;
  }

  // --- Refusals.

  function sessionEnded(problem) {
    return session !== null
      && (problem.field === 'session_id' || [401, 403, 404, 410].includes(problem.status));
  }

  /** Only the customer can mend these: the same message again would be refused again. */
  function mustChange(problem) {
    return [400, 413, 415, 422].includes(problem.status);
  }

  function countDown(button, seconds) {
    let left = seconds;
    const tick = () => {
      button.disabled = left > 0;
      button.textContent = left > 0 ? t('retry-in', { n: left }) : t('retry');
      if (left <= 0) clearInterval(countdown);
      left -= 1;
    };
    clearInterval(countdown);
    countdown = setInterval(tick, 1000);
    tick();
  }

  function problemActions(problem, text, bubble) {
    // Sent once more, the message stands in the log once.
    const resend = () => { bubble.remove(); send(text); };
    if (sessionEnded(problem)) {
      const again = () => { keepSession(null); resend(); };
      return el('button', { type: 'button', className: 'action', textContent: t('chat.again'), dataset: { i18n: 'chat.again' }, onclick: again });
    }
    if (mustChange(problem)) return null;
    const retry = el('button', { type: 'button', className: 'action', textContent: t('retry'), onclick: resend });
    if (problem.retryAfter) countDown(retry, problem.retryAfter);
    return retry;
  }

  function addProblem(problem, text, bubble) {
    bubble.classList.add('failed');
    const box = el('div', { className: 'problem', attributes: { role: 'alert' } },
      el('strong', { dataset: { i18n: 'chat.failed' }, textContent: t('chat.failed') }),
      el('p', { textContent: problem.status === 503 ? t('error.busy') : problem.text }),
      problemActions(problem, text, bubble));
    page.log.append(box);
    // A message that must change goes back to where it can be changed.
    if (mustChange(problem) && page.message.value === '') {
      page.message.value = text;
      fitMessage();
    }
    scrollDown();
  }

  // --- Sending.

  function bodyOf(text) {
    const body = { message: text, locale: window.teller.locale, channel: CHANNEL };
    if (session) body.session_id = session.id;
    return body;
  }

  async function ask(text, signal) {
    const headers = session ? { [TOKEN_HEADER]: session.token } : {};
    const answer = await request('POST', '/v1/chat', bodyOf(text), { headers, signal });
    if (!answer.data?.reply) throw new Problem(502, null, null);
    const token = answer.headers.get(TOKEN_HEADER) ?? session?.token;
    if (token) keepSession({ id: answer.data.session_id, token });
    return answer.data.reply;
  }

  async function send(raw) {
    const text = raw.trim();
    if (text === '' || sending) return;
    clearOffers();
    const mine = { abort: new AbortController(), bubble: addOwn(text) };
    sending = mine;
    setBusy(true);
    const typing = setTimeout(() => showTyping(true), TYPING_AFTER_MS);
    let reply = null;
    let problem = null;
    try {
      reply = await ask(text, mine.abort.signal);
    } catch (error) {
      problem = error;
    }
    clearTimeout(typing);
    if (sending !== mine) return;
    sending = null;
    showTyping(false);
    setBusy(false);
    if (reply) addReply(reply);
    else addProblem(problem instanceof Problem ? problem : new Problem(0, null, null), text, mine.bubble);
  }

  /** Lets go of the message under way: what the customer wants now goes first. */
  function letGo() {
    if (!sending) return;
    sending.bubble.classList.add('failed');
    sending.abort.abort();
    sending = null;
    showTyping(false);
    setBusy(false);
  }

  function askForPerson() {
    letGo();
    send(t('chat.person-message'));
  }

  function startAfresh() {
    letGo();
    clearOffers();
    page.log.replaceChildren();
    page.continued.hidden = true;
    page.welcome.hidden = false;
    keepSession(null);
    page.message.focus();
  }

  function submit() {
    const text = page.message.value;
    if (text.trim() === '') {
      page.message.focus();
      return;
    }
    if (sending) return;
    page.message.value = '';
    fitMessage();
    send(text);
    page.message.focus();
  }

  function fitMessage() {
    page.message.style.height = 'auto';
    page.message.style.height = `${Math.min(page.message.scrollHeight, 160)}px`;
  }

  // --- Who is signed in, if anybody: a customer's own holdings may then be used.

  async function showAccount() {
    const me = await window.teller.whoAmI();
    window.teller.accountLink(page.account, me, '/');
  }

  function wire() {
    for (const id of ['log', 'scroller', 'welcome', 'continued', 'typing', 'composer', 'message', 'send', 'account']) page[id] = byId(id);
    page.fresh = byId('new');
    page.composer.addEventListener('submit', (event) => {
      event.preventDefault();
      submit();
    });
    page.message.addEventListener('input', fitMessage);
    page.message.addEventListener('keydown', (event) => {
      // While an input method composes, Enter chooses characters (229: browsers that end composing before the key).
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      submit();
    });
    byId('person').addEventListener('click', askForPerson);
    page.fresh.addEventListener('click', startAfresh);
    for (const starter of page.welcome.querySelectorAll('.starter')) {
      starter.addEventListener('click', () => send(starter.textContent));
    }
    keepSession(readSession());
    page.continued.hidden = !session;
    page.welcome.hidden = Boolean(session);
    showAccount();
  }

  document.addEventListener('DOMContentLoaded', wire);
})();
