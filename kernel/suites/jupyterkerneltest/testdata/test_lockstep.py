"""What jupyter_kernel_test needs to know of the kernel, and tests of ours beside its own."""

import time

import jupyter_kernel_test as jkt
from jupyter_kernel_test.msgspec_v5 import validate_message


class LockstepTests(jkt.KernelTests):
    kernel_name = "lockstep"
    language_name = "go"
    file_extension = ".go"

    code_hello_world = 'import "fmt"\nfmt.Println("hello, world")'
    code_stderr = 'import ("fmt"; "os")\nfmt.Fprintln(os.Stderr, "oops")'
    code_generate_error = 'panic("on purpose")'
    code_execute_result = [
        {"code": "1 + 2 + 3", "result": "6"},
        {"code": "x := 20\nx * 2 + 2", "result": "42"},
        {"code": '"go" + "pher"', "result": '"gopher"'},
        {"code": "func square(n int) int { return n * n }\nsquare(12)", "result": "144"},
    ]
    completion_samples = [
        {"text": "fmt.Printl", "matches": {"Println"}},
        {"text": 'import "strings"\nstrings.ToUp', "matches": {"ToUpper", "ToUpperSpecial"}},
        {"text": "answer := 42\nansw", "matches": {"answer"}},
        {"text": 'import "encoding/js', "matches": {"encoding/json"}},
        {"text": "retur", "matches": {"return"}},
        {"text": "strings.ToUpp", "matches": {"ToUpper", "ToUpperSpecial"}},
        {"text": "nothingOfThatName"},
    ]
    code_inspect_sample = "fmt.Println"
    code_display_data = [
        {"code": 'import "lockstep/runtime/display"\ndisplay.Show(display.HTML("<b>bold</b>"))', "mime": "text/html"},
        {"code": 'display.Show(display.Markdown("**bold**"))', "mime": "text/markdown"},
        {"code": 'display.Show(display.SVG("<svg xmlns=\\"http://www.w3.org/2000/svg\\"/>"))', "mime": "image/svg+xml"},
    ]
    code_page_something = 'display.Page("a long text")'
    code_history_pattern = "1 + 2*"
    supported_history_operations = ("tail", "range", "search")
    code_clear_output = 'import "lockstep/runtime/display"\ndisplay.Clear(false)'
    complete_code_samples = [
        "1 + 1",
        'fmt.Println("hello, world")',
        "func double(n int) int {\n\treturn 2 * n\n}",
        "for i := 0; i < 3; i++ {\n}\n",
        "x := `raw\ntext`",
        "// only a comment",
    ]
    incomplete_code_samples = [
        "func double(n int) int {",
        "fmt.Println(",
        "for i := 0; i < 3; i++ {\n\tfmt.Println(i)",
        "x := `raw",
        "/* a comment",
        "1 +",
    ]
    invalid_code_samples = [
        "x := )",
        "func 1() {}",
        '"no end\n',
        "}",
    ]


class LockstepIopubWelcomeTests(jkt.IopubWelcomeTests):
    kernel_name = "lockstep"
    support_iopub_welcome = True


class OwnTests(jkt.TestCase):
    """Tests of ours, each with a kernel of its own."""

    def setUp(self):
        self.km, self.kc = jkt.start_new_kernel(kernel_name="lockstep")

    def tearDown(self):
        self.kc.stop_channels()
        if self.km.is_alive():
            self.km.shutdown_kernel(now=True)

    def run_cell(self, code, **options):
        """Runs a cell to its end; returns the content of its reply and its outputs."""
        outputs = []

        def collect(message):
            if message["msg_type"] not in ("status", "execute_input"):
                outputs.append(message)

        reply = self.kc.execute_interactive(code, timeout=jkt.TIMEOUT, output_hook=collect, **options)
        return reply["content"], outputs

    def reply_to(self, msg_id, kind):
        """The reply to a request on shell, which is of that kind and valid."""
        reply = self.kc.get_shell_msg(timeout=jkt.TIMEOUT)
        self.assertEqual(reply["parent_header"]["msg_id"], msg_id)
        validate_message(reply, kind, msg_id)
        return reply["content"]

    def test_compile_error(self):
        reply, outputs = self.run_cell('var n int = "text"')
        self.assertEqual(reply["status"], "error")
        self.assertEqual([m["msg_type"] for m in outputs], ["error"])
        self.assertIn("cannot use", reply["evalue"])

    def test_state_is_kept(self):
        self.assertEqual(self.run_cell("kept := 41")[1], [])
        _, outputs = self.run_cell("kept + 1")
        self.assertEqual(outputs[0]["content"]["data"]["text/plain"], "42")

    def test_silent(self):
        first, _ = self.run_cell("1")
        reply, outputs = self.run_cell("7 * 6", silent=True)
        self.assertEqual(reply["status"], "ok")
        self.assertEqual(reply["execution_count"], first["execution_count"])
        self.assertEqual(outputs, [])

    def test_comm_info(self):
        content = self.reply_to(self.kc.comm_info(), "comm_info_reply")
        self.assertEqual(content["comms"], {})

    def test_stop_on_error(self):
        # The first cell waits for input until the second has been sent.
        first = self.kc.execute('import "fmt"\nvar line string\nfmt.Scanln(&line)\npanic("first")', allow_stdin=True)
        self.kc.get_stdin_msg(timeout=jkt.TIMEOUT)
        second = self.kc.execute("1")
        self.kc.input("go on")
        self.assertEqual(self.reply_to(first, "execute_reply")["status"], "error")
        aborted = self.kc.get_shell_msg(timeout=jkt.TIMEOUT)
        self.assertEqual(aborted["parent_header"]["msg_id"], second)
        # A kernel says error or aborted here, and never ok.
        self.assertIn(aborted["content"]["status"], ("error", "aborted"))
        self.assertEqual(self.run_cell("1")[0]["status"], "ok")

    def test_input(self):
        asked = []

        def answer(request):
            asked.append(request["content"])
            self.kc.input("world")

        reply, outputs = self.run_cell(
            'import "fmt"\nvar name string\nfmt.Print("Who? ")\nfmt.Scanln(&name)\nfmt.Println("hello,", name)',
            allow_stdin=True,
            stdin_hook=answer,
        )
        self.assertEqual(reply["status"], "ok", reply)
        self.assertEqual(len(asked), 1)
        self.assertIs(asked[0]["password"], False)
        text = "".join(m["content"]["text"] for m in outputs if m["msg_type"] == "stream")
        self.assertIn("hello, world\n", text)

    def test_input_not_allowed(self):
        reply, _ = self.run_cell('import "fmt"\nvar name string\nif _, err := fmt.Scanln(&name); err != nil {\n\tpanic(err)\n}', allow_stdin=False)
        self.assertEqual(reply["status"], "error")
        self.assertIn("input", reply["evalue"])

    def test_interrupt(self):
        msg_id = self.kc.execute('import "fmt"\nfmt.Println("running")\nfor {\n}')
        while self.kc.get_iopub_msg(timeout=jkt.TIMEOUT)["msg_type"] != "stream":
            pass
        self.km.interrupt_kernel()
        self.assertEqual(self.reply_to(msg_id, "execute_reply")["status"], "error")
        _, outputs = self.run_cell("6 * 7")
        self.assertEqual(outputs[0]["content"]["data"]["text/plain"], "42")

    def test_shutdown_on_request(self):
        msg_id = self.kc.shutdown(restart=False)
        reply = self.kc.get_control_msg(timeout=jkt.TIMEOUT)
        validate_message(reply, "shutdown_reply", msg_id)
        self.assertIs(reply["content"]["restart"], False)
        deadline = time.monotonic() + jkt.TIMEOUT
        while self.km.is_alive():
            self.assertLess(time.monotonic(), deadline, "the kernel goes on after its shutdown_reply")
            time.sleep(0.02)

    def test_restart_forgets(self):
        self.assertEqual(self.run_cell("remembered := 1")[0]["status"], "ok")
        self.km.restart_kernel()
        self.kc.wait_for_ready(timeout=jkt.TIMEOUT)
        reply, _ = self.run_cell("remembered")
        self.assertEqual(reply["status"], "error")
        self.assertIn("undefined", reply["evalue"])
