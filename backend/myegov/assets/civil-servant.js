// 申請公務帳號: the name comes by itself, and the question comes in a dialog. Without scripts both are pages.
const form = document.getElementById('application');
const oid = document.getElementById('oid');
const agencyName = document.getElementById('agency-name');
const fetchName = document.getElementById('fetch-name');

if (form && oid && agencyName) {
  fetchName?.setAttribute('hidden', '');
  let asked = oid.value.trim();
  const fill = async () => {
    const wanted = oid.value.trim();
    if (wanted === asked) return;
    asked = wanted;
    agencyName.value = '';
    if (!wanted) return;
    const answer = await fetch(`/agencies/name?oid=${encodeURIComponent(wanted)}`, { credentials: 'same-origin' }).catch(() => null);
    if (!answer?.ok || asked !== wanted) return;
    const found = (await answer.json()).name;
    agencyName.value = found ?? agencyName.dataset.none;
  };
  let waiting;
  oid.addEventListener('input', () => { clearTimeout(waiting); waiting = setTimeout(fill, 300); });
  oid.addEventListener('change', fill);
  agencyName.addEventListener('focus', fill);

  const dialog = document.getElementById('sure');
  form.addEventListener('submit', (event) => {
    if (event.submitter?.name === 'step' && event.submitter.value === 'name') return;
    if (!dialog?.showModal || form.elements.sure.value === 'yes') return;
    event.preventDefault();
    document.getElementById('sure-agency').textContent = agencyName.value;
    dialog.showModal();
  });
  dialog?.addEventListener('close', () => {
    if (dialog.returnValue !== 'yes') return;
    form.elements.sure.value = 'yes';
    form.submit();
  });
}
