package protocol

// KernelInfoRequest asks what the kernel is. Its answer is KernelInfoReply.
type KernelInfoRequest struct{}

// MsgType implements Content.
func (KernelInfoRequest) MsgType() string { return "kernel_info_request" }

// KernelInfoReply says what the kernel is.
type KernelInfoReply struct {
	Status                Status       `json:"status"`
	ProtocolVersion       string       `json:"protocol_version"`
	Implementation        string       `json:"implementation"`
	ImplementationVersion string       `json:"implementation_version"`
	LanguageInfo          LanguageInfo `json:"language_info"`
	// Banner is what a console shows at its start.
	Banner    string     `json:"banner"`
	HelpLinks []HelpLink `json:"help_links"`
	// SupportedFeatures lists what is optional in the protocol, such as Subshells.
	SupportedFeatures []string `json:"supported_features"`
}

// Subshells is the feature of a kernel that has subshells (JEP 91).
const Subshells = "kernel subshells"

// MsgType implements Content.
func (KernelInfoReply) MsgType() string { return "kernel_info_reply" }

// LanguageInfo is the language of a kernel's cells. Front ends choose their
// highlighting by it.
type LanguageInfo struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	// MIMEType and FileExtension are those of a source file; the extension has its dot.
	MIMEType      string `json:"mimetype"`
	FileExtension string `json:"file_extension"`
	// PygmentsLexer and CodeMirrorMode are needed only where they differ from Name.
	PygmentsLexer     string `json:"pygments_lexer,omitempty"`
	CodeMirrorMode    string `json:"codemirror_mode,omitempty"`
	NBConvertExporter string `json:"nbconvert_exporter,omitempty"`
}

// HelpLink is an entry of a front end's help menu.
type HelpLink struct {
	Text string `json:"text"`
	URL  string `json:"url"`
}
