package display_test

import "lockstep/runtime/display"

func Example() {
	progress := display.Show(display.Markdown("**0** of 2"))
	progress.Update(display.Markdown("**1** of 2"))
	progress.Update(display.Markdown("**2** of 2"))
	// Output:
	// **0** of 2
	// **1** of 2
	// **2** of 2
}
