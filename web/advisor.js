// The advisor's desk: the portfolio, one customer seen whole, what suits them next and why, and who asked for a person.
// Shows what the server decided; no gate, score or ranking is worked out here. Server text goes in as textContent only.
'use strict';

(() => {
  const { t, label, local, el, yuan, wholeYuan, moment, request, Problem } = window.teller;
  const PAGE_SIZE = 30;
  const FILTER_PAUSE_MS = 250;
  const CATEGORIES = ['deposit', 'cash_management', 'wealth', 'fund', 'gold', 'foreign_exchange', 'card',
    'personal_loan', 'mortgage', 'business_loan', 'insurance', 'pension'];

  const page = {};
  const state = { customers: [], next: null, view: null, handoffs: null, names: new Map() };
  // The newest request of each kind; an older answer that arrives late is dropped.
  const underWay = {};

  const text = (tag, className, content) => el(tag, { className, textContent: content });
  const show = (node, on) => { node.hidden = !on; };

  /** Sends a request as the newest of its kind; `undefined` when a newer one has taken its place. */
  async function fetchNewest(kind, method, path, body) {
    underWay[kind]?.abort();
    const abort = new AbortController();
    underWay[kind] = abort;
    try {
      const answer = await request(method, path, body, { signal: abort.signal });
      return underWay[kind] === abort ? answer.data : undefined;
    } catch (error) {
      if (abort.signal.aborted) return undefined;
      if (error instanceof Problem && error.status === 401) {
        location.assign(`/sign-in?next=/advisor${location.hash}`);
        return undefined;
      }
      throw error;
    }
  }

  function problemBox(error, retry) {
    const words = error instanceof Problem ? error.text : t('error.network');
    const button = retry && el('button', { type: 'button', className: 'action', textContent: t('retry'), onclick: retry });
    return el('div', { className: 'problem', attributes: { role: 'alert' } }, text('p', '', words), button);
  }

  // --- The portfolio.

  async function loadCustomers(more) {
    const query = new URLSearchParams({ limit: String(PAGE_SIZE) });
    const wanted = page.filter.value.trim();
    if (wanted) query.set('query', wanted);
    if (more && state.next) query.set('after', state.next);
    if (!more) page.state.textContent = t('loading');
    try {
      const found = await fetchNewest('customers', 'GET', `/v1/customers?${query}`);
      if (!found) return;
      state.customers = more ? state.customers.concat(found.customers) : found.customers;
      state.next = found.next ?? null;
      showCustomers();
    } catch (error) {
      page.state.replaceChildren(problemBox(error, () => loadCustomers(more)));
    }
  }

  function customerRow(customer) {
    const facts = [customer.id, local(customer.segment.label), customer.region].filter(Boolean).join(' · ');
    const link = el('a', { href: `#${customer.id}`, className: 'row' },
      text('span', 'row-name', customer.name),
      customer.risk ? text('span', 'row-risk', `C${customer.risk.class}`) : null,
      text('span', 'row-facts', facts));
    if (`#${customer.id}` === location.hash) link.setAttribute('aria-current', 'true');
    return el('li', {}, link);
  }

  function showCustomers() {
    page.customers.replaceChildren(...state.customers.map(customerRow));
    const none = page.filter.value.trim() ? t('adv.no-match') : t('adv.no-customers');
    page.state.textContent = state.customers.length === 0 ? none : t('adv.loaded', { n: state.customers.length });
    show(page.more, state.next !== null);
  }

  function markCurrent() {
    for (const link of page.customers.querySelectorAll('a')) {
      if (link.hash === location.hash) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
    }
  }

  // --- One customer.

  async function openCustomer(id) {
    state.view = null;
    underWay.recommendations?.abort();
    page.recommendations.replaceChildren();
    page.head.replaceChildren(text('p', 'quiet', t('loading')));
    show(page.columns, false);
    try {
      const view = await fetchNewest('view', 'GET', `/v1/customers/${encodeURIComponent(id)}`);
      if (!view) return;
      state.view = view;
      const agreed = view.customer.consents.personalisation;
      page.personalised.checked = agreed;
      page.personalised.disabled = !agreed;
      show(page.consentNote, !agreed);
      showView();
      show(page.columns, true);
      loadRecommendations();
    } catch (error) {
      page.head.replaceChildren(problemBox(error, error.status === 404 ? null : () => openCustomer(id)));
    }
  }

  function figure(key, value, note) {
    return el('div', { className: 'figure' }, text('dt', '', t(key)), text('dd', '', value), note ?? null);
  }

  function meter(key, value) {
    const fill = el('span', { className: 'fill' });
    fill.style.inlineSize = `${Math.max(0, Math.min(100, value))}%`;
    return el('li', {}, text('span', 'meter-label', t(key)),
      el('span', { className: 'meter', attributes: { 'aria-hidden': 'true' } }, fill), text('span', 'meter-value', String(value)));
  }

  function riskNote(risk, asOf) {
    if (!risk) return text('span', 'tag', t('adv.risk-none'));
    const expired = risk.valid_to < asOf;
    return text('span', expired ? 'tag warn' : 'tag', t(expired ? 'adv.risk-expired' : 'adv.risk-valid', { day: risk.valid_to }));
  }

  function headOf(view) {
    const { customer, segment, value } = view;
    const about = [customer.id, label('kind', customer.kind), t('adv.age', { n: view.age }), customer.region];
    const chip = el('span', { className: 'chip', title: local(segment.definition), textContent: local(segment.label) });
    return el('section', { className: 'card head' },
      el('div', { className: 'head-who' }, el('h2', { textContent: customer.name }), chip,
        text('p', 'quiet', about.filter(Boolean).join(' · ')), text('p', 'quiet as-of', t('adv.as-of', { day: view.as_of }))),
      el('dl', { className: 'figures' },
        figure('adv.assets', wholeYuan(view.financial_assets_fen)),
        figure('adv.debts', wholeYuan(view.debts_fen)),
        figure('adv.income', wholeYuan(customer.monthly_income_fen)),
        figure('adv.value', String(value.total))),
      el('ul', { className: 'meters' },
        ...['contribution', 'potential', 'loyalty'].map((part) => meter(`value.${part}`, value[part]))));
  }

  function profileOf({ customer, as_of: asOf }) {
    const consent = (key, given) => el('li', {}, text('span', '', t(key)),
      text('span', given ? 'tag good' : 'tag', t(given ? 'adv.granted' : 'adv.withheld')));
    const line = (key, value, note) => [text('dt', '', t(key)), el('dd', {}, value, note ? ' ' : null, note ?? null)];
    return el('section', { className: 'card' }, text('h3', '', t('adv.profile')),
      el('dl', { className: 'lines' },
        ...line('adv.risk', customer.risk ? label('risk', customer.risk.class) : '', riskNote(customer.risk, asOf)),
        ...line('adv.knowledge', label('knowledge', customer.knowledge)),
        ...line('adv.life-stage', label('life', customer.life_stage)),
        ...line('adv.occupation', customer.occupation),
        ...line('adv.resident', t(customer.resident ? 'yes' : 'no')),
        ...line('adv.language', label('locale', customer.locale)),
        ...line('adv.since', customer.customer_since)),
      text('h4', '', t('adv.consents')),
      el('ul', { className: 'consents' },
        consent('adv.consent.personalisation', customer.consents.personalisation),
        consent('adv.consent.marketing', customer.consents.marketing)));
  }

  function tableOf(className, heads, rows) {
    const head = el('tr', {}, ...heads.map(([words, kind]) => el('th', { scope: 'col', className: kind ?? '', textContent: words })));
    return el('table', { className }, el('thead', {}, head), el('tbody', {}, ...rows));
  }

  function holdingsOf({ holdings }) {
    const row = (held) => el('tr', {},
      el('td', {}, text('span', 'product-name', local(held.name) || held.product_id),
        text('span', 'product-id', [label('category', held.category), t('adv.opened', { day: held.opened_on })].filter(Boolean).join(' · '))),
      text('td', 'money', yuan(held.balance_fen)));
    const heads = [[t('adv.product')], [t('adv.balance'), 'money']];
    return el('section', { className: 'card', id: 'holdings' }, text('h3', '', t('adv.holdings')),
      holdings.length === 0 ? text('p', 'quiet', t('adv.no-holdings')) : tableOf('holdings', heads, holdings.map(row)));
  }

  /** Bars of one direction, largest first; all bars of a card share one scale. */
  function barsOf(key, sums, className) {
    const largest = Math.max(...sums.map(([, sum]) => Math.abs(sum.sum_fen)), 1);
    const total = sums.reduce((all, [, sum]) => all + Math.abs(sum.sum_fen), 0);
    const bar = ([category, sum]) => {
      const fill = el('span', { className: 'fill' });
      fill.style.inlineSize = `${(Math.abs(sum.sum_fen) / largest) * 100}%`;
      return el('li', {}, text('span', 'bar-label', label('spend', category)),
        el('span', { className: 'meter', attributes: { 'aria-hidden': 'true' } }, fill),
        text('span', 'bar-value', wholeYuan(Math.abs(sum.sum_fen))), text('span', 'bar-count', t('adv.times', { n: sum.count })));
    };
    return el('section', { className: `card ${className}` },
      el('h3', {}, t(key), text('span', 'total', wholeYuan(total))), el('ul', { className: 'bars' }, ...sums.map(bar)));
  }

  function showView() {
    const { view } = state;
    if (!view) return;
    const sums = Object.entries(view.spending)
      .sort(([nameA, a], [nameB, b]) => Math.abs(b.sum_fen) - Math.abs(a.sum_fen) || nameA.localeCompare(nameB));
    const incoming = sums.filter(([, sum]) => sum.sum_fen > 0);
    const outgoing = sums.filter(([, sum]) => sum.sum_fen < 0);
    page.head.replaceChildren(headOf(view));
    page.view.replaceChildren(profileOf(view), holdingsOf(view),
      ...(incoming.length ? [barsOf('adv.money-in', incoming, 'incoming')] : []),
      ...(outgoing.length ? [barsOf('adv.money-out', outgoing, 'outgoing')] : []));
  }

  // --- What suits the customer next.

  async function loadRecommendations() {
    const body = { customer_id: state.view.customer.id, locale: window.teller.locale, personalised: page.personalised.checked };
    if (page.category.value) body.category = page.category.value;
    page.recommendations.setAttribute('aria-busy', 'true');
    try {
      const found = await fetchNewest('recommendations', 'POST', '/v1/recommendations', body);
      if (!found) return;
      showRecommendations(found);
    } catch (error) {
      page.recommendations.replaceChildren(problemBox(error, loadRecommendations));
    }
    page.recommendations.removeAttribute('aria-busy');
  }

  function itemOf(item) {
    const percent = Math.round(item.score * 100);
    const fact = (one) => el('li', {}, text('span', 'fact-text', one.text),
      text('span', 'fact-source', `${one.source} · ${t('adv.valid-on', { day: one.valid_on })}`));
    return el('li', { className: 'item', dataset: { product: item.product_id } },
      el('div', { className: 'item-head' },
        el('div', {}, text('h4', 'product-name', local(item.name)), text('span', 'product-id', item.product_id)),
        el('span', { className: 'score' }, text('span', 'score-label', t('adv.score')), text('strong', '', String(percent)))),
      el('ul', { className: 'reasons', attributes: { 'aria-label': t('adv.reasons') } },
        ...item.reasons.map((reason) => el('li', { dataset: { code: reason.code }, textContent: local(reason.text) }))),
      item.facts.length ? el('ul', { className: 'facts', attributes: { 'aria-label': t('adv.facts') } }, ...item.facts.map(fact)) : null);
  }

  function excludedOf(excluded) {
    const named = (id) => (state.names.has(id)
      ? [text('span', 'product-name', local(state.names.get(id))), text('span', 'product-id', id)]
      : [text('span', 'product-name', id)]);
    const row = (out) => el('tr', {},
      el('td', {}, ...named(out.product_id)),
      el('td', {}, text('span', 'out-text', local(out.text)), text('code', 'rule', out.rule)));
    return el('details', { className: 'excluded' }, text('summary', '', t('adv.excluded', { n: excluded.length })),
      tableOf('out', [[t('adv.product')], [t('adv.reason')]], excluded.map(row)));
  }

  function showRecommendations(found) {
    const opened = page.recommendations.querySelector('details')?.open ?? false;
    const parts = [found.items.length
      ? el('ol', { className: 'items' }, ...found.items.map(itemOf))
      : text('p', 'quiet', t('adv.no-items'))];
    if (found.excluded.length) parts.push(excludedOf(found.excluded));
    parts.push(text('p', 'quiet trace', `${t('adv.decision')} ${found.decision_id} · ${t('adv.model')} ${found.model_version}`));
    page.recommendations.replaceChildren(...parts);
    const details = page.recommendations.querySelector('details');
    if (details) details.open = opened;
  }

  /** Names for the products left out, which come by number only. Without them the numbers are shown. */
  async function loadNames() {
    try {
      const { data } = await request('GET', '/v1/products');
      state.names = new Map(data.products.map((product) => [product.id, product.name]));
    } catch { /* the numbers alone still say what is meant */ }
  }

  function fillCategories() {
    const chosen = page.category.value;
    page.category.replaceChildren(el('option', { value: '', textContent: t('adv.all-categories') }),
      ...CATEGORIES.map((category) => el('option', { value: category, textContent: label('category', category) })));
    page.category.value = chosen;
  }

  // --- Who asked for a person.

  async function loadHandoffs() {
    if (!state.handoffs) page.handoffList.replaceChildren(text('p', 'quiet', t('loading')));
    try {
      const found = await fetchNewest('handoffs', 'GET', '/v1/handoffs');
      if (!found) return;
      state.handoffs = found.handoffs;
      showHandoffs();
    } catch (error) {
      page.handoffList.replaceChildren(problemBox(error, loadHandoffs));
    }
  }

  function handoffOf(handoff) {
    const who = handoff.customer_id ? el('a', { href: `#${handoff.customer_id}`, textContent: handoff.customer_id }) : null;
    return el('li', { className: handoff.urgent ? 'card handoff urgent' : 'card handoff' },
      el('div', { className: 'handoff-head' }, text('strong', 'handoff-reference', handoff.reference),
        handoff.urgent ? text('span', 'tag warn', t('adv.urgent')) : null, text('span', 'tag', label('handoff', handoff.reason)), who),
      el('dl', { className: 'lines' }, text('dt', '', t('adv.asked')), text('dd', '', moment(handoff.opened_at)),
        text('dt', '', t('adv.due')), text('dd', '', moment(handoff.deadline))));
  }

  function showHandoffs() {
    if (!state.handoffs) return;
    page.handoffList.replaceChildren(state.handoffs.length
      ? el('ul', { className: 'handoffs' }, ...state.handoffs.map(handoffOf))
      : text('p', 'quiet', t('adv.no-handoffs')));
  }

  // --- The address decides what is shown, so that back, reload and a shared link work.

  function route() {
    const place = location.hash.slice(1);
    const handoffs = place === 'handoffs';
    const customer = !handoffs && place !== '' && place !== 'customers';
    page.desk.dataset.view = handoffs ? 'handoffs' : customer ? 'customer' : 'customers';
    for (const [tab, on] of [[page.tabCustomers, !handoffs], [page.tabHandoffs, handoffs]]) {
      if (on) tab.setAttribute('aria-current', 'page');
      else tab.removeAttribute('aria-current');
    }
    show(page.empty, !handoffs && !customer);
    show(page.customer, customer);
    show(page.handoffs, handoffs);
    markCurrent();
    page.pane.scrollTop = 0;
    window.scrollTo(0, 0);
    if (handoffs) loadHandoffs();
    if (customer) openCustomer(place);
  }

  function onLocale() {
    fillCategories();
    showCustomers();
    showView();
    showHandoffs();
    if (state.view) loadRecommendations();
  }

  function wire() {
    const ids = { desk: 'content', filter: 'filter', customers: 'customers', state: 'customers-state', more: 'more', pane: 'pane',
      empty: 'empty', customer: 'customer', head: 'head', view: 'view', consentNote: 'consent-note', recommendations: 'recommendations',
      category: 'category', personalised: 'personalised', handoffs: 'handoffs', handoffList: 'handoff-list',
      tabCustomers: 'tab-customers', tabHandoffs: 'tab-handoffs', account: 'account' };
    for (const [name, id] of Object.entries(ids)) page[name] = document.getElementById(id);
    page.columns = page.customer.querySelector('.columns');
    let pause = null;
    page.filter.addEventListener('input', () => {
      clearTimeout(pause);
      pause = setTimeout(() => loadCustomers(false), FILTER_PAUSE_MS);
    });
    page.more.addEventListener('click', () => loadCustomers(true));
    page.category.addEventListener('change', loadRecommendations);
    page.personalised.addEventListener('change', loadRecommendations);
    document.getElementById('refresh').addEventListener('click', loadHandoffs);
    window.addEventListener('hashchange', route);
    window.teller.onLocale(onLocale);
    fillCategories();
  }

  document.addEventListener('DOMContentLoaded', async () => {
    wire();
    const me = await window.teller.whoAmI();
    if (!me) {
      location.replace(`/sign-in?next=/advisor${location.hash}`);
      return;
    }
    window.teller.accountLink(page.account, me, '/advisor');
    if (me.role === 'customer') {
      page.empty.replaceChildren(text('p', '', t('adv.not-advisor')),
        el('a', { className: 'button', href: '/sign-in?next=/advisor', textContent: t('sign-in') }));
      return;
    }
    loadCustomers(false);
    await loadNames();
    route();
  });
})();
