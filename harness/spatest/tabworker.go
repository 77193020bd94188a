package spatest

import (
	"context"
	"strings"
)

// workerScript notes which service workers a page registers.
const workerScript = `(() => {
  const calls = [];
  Object.defineProperty(globalThis, '__spatestWorkers', { value: calls });
  const container = globalThis.ServiceWorkerContainer?.prototype;
  if (!container) return;
  const register = container.register;
  container.register = function (url, ...rest) {
    const call = { URL: new URL(String(url), location.href).href, Error: '', State: 'registering' };
    calls.push(call);
    const result = register.call(this, url, ...rest);
    result.then((registration) => {
      const look = () => {
        const worker = registration.active ?? registration.waiting ?? registration.installing;
        call.State = worker?.state ?? 'redundant';
        if (call.State !== 'activated') setTimeout(look, 50);
      };
      look();
    }, (error) => { call.Error = String(error); });
    return result;
  };
})()`

// workersScript waits until the workers are active or refused.
const workersScript = `(async () => {
  const calls = globalThis.__spatestWorkers ?? [];
  const decided = (c) => c.Error || c.State === 'activated' || c.State === 'redundant';
  for (let i = 0; i < (calls.length === 0 ? 10 : 150) && !(calls.length > 0 && calls.every(decided)); i++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { Secure: isSecureContext, Calls: calls.slice(0, 10) };
})()`

func checkWorkerActive(ctx context.Context, p *Pass) error {
	v, err := p.visit(ctx, p.origin())
	if err != nil {
		return err
	}
	defer v.tab.Close()
	if err := v.tab.Prepare(ctx, workerScript); err != nil {
		return err
	}
	if _, shown, err := v.open(ctx, "/"); err != nil || !shown {
		return err
	}
	var workers struct {
		Secure bool
		Calls  []struct{ URL, Error, State string }
	}
	if err := v.tab.Evaluate(ctx, workersScript, &workers); err != nil {
		return err
	}
	switch {
	case !workers.Secure:
		return skipf("browsers support service workers over http only on the machine itself")
	case len(workers.Calls) == 0:
		return skipf("the start page registers no service worker")
	}
	for _, call := range workers.Calls {
		if call.State == "activated" && call.Error == "" {
			continue
		}
		got := "its state is " + call.State
		if call.Error != "" {
			got = call.Error
		}
		target := strings.TrimPrefix(call.URL, v.origin)
		x, err := p.Do(ctx, Request{Target: target, fromRoot: true, Header: append(ServiceWorker,
			Field{"Referer", v.app + "/"})})
		if err != nil {
			return err
		}
		p.Reportf(
			x,
			"a service worker that becomes active",
			got,
			"the service worker %s that the app registers does not work",
			target,
		)
	}
	return nil
}
