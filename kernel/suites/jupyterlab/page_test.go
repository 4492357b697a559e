package jupyterlab_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"lockstep/kernel/jupytertest"
)

// patience is how long a page may take for one step. It only matters where
// something is broken.
const patience = 2 * time.Minute

// page is a browser's tab.
type page struct {
	ctx     context.Context
	console chan chromedp.ConsoleMessage
}

// openPage starts a browser with a fresh profile and opens an empty tab. Both
// end with the test.
func openPage(t *testing.T) *page {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(jupytertest.Browser(t)),
		chromedp.UserDataDir(t.TempDir()),
		chromedp.NoSandbox,
		chromedp.DisableGPU,
		chromedp.WindowSize(1280, 1600),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
	)
	alloc, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(alloc)
	p := &page{ctx: ctx, console: make(chan chromedp.ConsoleMessage, 1000)}
	if err := chromedp.Do(ctx, focused); err != nil {
		t.Fatalf("start the browser: %v", err)
	}
	messages := chromedp.Console(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer close(p.console)
		for message, err := range messages {
			if err != nil {
				return
			}
			p.console <- message
		}
	}()
	t.Cleanup(func() {
		chromedp.Cancel(ctx)
		cancel()
		stop()
		for range p.console {
		}
		<-done
	})
	return p
}

// focused makes the page behave as one that the user works in: JupyterLab
// follows the focus to know which notebook a command is for.
func focused(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
	_, err := cdp.Call(ctx, target, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	return chromedp.Void{}, err
}

// consoleErrors is what the page's console has shown as errors so far.
func (p *page) consoleErrors(t *testing.T) []string {
	t.Helper()
	const end = "end of the console"
	evaluate[chromedp.Void](t, p, "write to the console", `console.debug("`+end+`")`)
	var errors []string
	for message := range p.console {
		if message.Text == end {
			break
		}
		if message.Type == chromedp.ConsoleError || message.Type == chromedp.ConsoleException {
			errors = append(errors, message.Text+" ("+message.URL+")")
		}
	}
	return errors
}

// do runs one step of the test in the page.
func do[T any](t *testing.T, p *page, step string, action chromedp.Action[T]) T {
	t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	value, err := chromedp.Run(ctx, action)
	if err != nil {
		p.screenshot(t, "failed")
		t.Fatalf("%s: %v", step, err)
	}
	return value
}

// evaluate evaluates a JavaScript expression and waits for it, if it is a promise.
func evaluate[T any](t *testing.T, p *page, step, expression string) T {
	t.Helper()
	return do(t, p, step, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// screenshot keeps a picture of the page among the test's artifacts, which
// `go test -artifacts` leaves in place.
func (p *page) screenshot(t *testing.T, name string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(t.ArtifactDir(), name+".png"), png, 0o644)
	}
	if err != nil {
		t.Logf("no screenshot: %v", err)
	}
}
