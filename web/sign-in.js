// The sign-in page of the demo bank: a role and a number, no password. The server sets the cookie; nothing is kept here.
'use strict';

(() => {
  const { t, request, Problem } = window.teller;
  const byId = (id) => document.getElementById(id);
  const START = { advisor: 'A001', customer: 'C000001' };
  const HOME = { advisor: '/advisor', customer: '/' };

  const role = () => document.querySelector('input[name="role"]:checked').value;

  /** The page that sent the reader here, and the place on it; an address of another site is never followed. */
  function returnTo(as) {
    const next = new URLSearchParams(location.search).get('next');
    return next === '/advisor' && as === 'advisor' ? `${next}${location.hash}` : HOME[as];
  }

  function word(node, key) {
    node.dataset.i18n = key;
    node.textContent = t(key);
  }

  function showRole() {
    word(byId('user-label'), `signin.${role()}-user`);
    word(byId('user-hint'), `signin.${role()}-hint`);
    byId('user').value = START[role()];
    showError('');
  }

  function showError(text) {
    byId('user-error').textContent = text;
    byId('user').setAttribute('aria-invalid', String(text !== ''));
  }

  function setBusy(on) {
    byId('submit').disabled = on;
    word(byId('submit'), on ? 'signin.busy' : 'sign-in');
  }

  async function signIn(event) {
    event.preventDefault();
    const as = role();
    const user = byId('user').value.trim().toUpperCase();
    if (user === '') {
      showError(t('signin.empty'));
      byId('user').focus();
      return;
    }
    showError('');
    setBusy(true);
    try {
      await request('POST', '/v1/sign-in', { user, role: as });
      // A conversation belongs to whoever began it.
      try { sessionStorage.removeItem('teller.session'); } catch { /* storage may be off */ }
      location.assign(returnTo(as));
    } catch (error) {
      setBusy(false);
      showError(error instanceof Problem ? error.text : t('error.network'));
      byId('user').focus();
    }
  }

  document.addEventListener('DOMContentLoaded', () => {
    for (const choice of document.querySelectorAll('input[name="role"]')) choice.addEventListener('change', showRole);
    if (new URLSearchParams(location.search).get('role') === 'customer') {
      document.querySelector('input[name="role"][value="customer"]').checked = true;
    }
    byId('form').addEventListener('submit', signIn);
    showRole();
    byId('user').select();
  });
})();
