package protocol

// CreateSubshellRequest asks for a subshell: one more queue of requests on shell,
// which is worked off beside the others (JEP 91). Messages name it in their header.
type CreateSubshellRequest struct{}

// MsgType implements Content.
func (CreateSubshellRequest) MsgType() string { return "create_subshell_request" }

// CreateSubshellReply names the new subshell.
type CreateSubshellReply struct {
	Status     Status `json:"status"`
	SubshellID string `json:"subshell_id"`
}

// MsgType implements Content.
func (CreateSubshellReply) MsgType() string { return "create_subshell_reply" }

// DeleteSubshellRequest asks for the end of a subshell.
type DeleteSubshellRequest struct {
	SubshellID string `json:"subshell_id"`
}

// MsgType implements Content.
func (DeleteSubshellRequest) MsgType() string { return "delete_subshell_request" }

// DeleteSubshellReply says that the subshell takes nothing more.
type DeleteSubshellReply struct {
	Status Status `json:"status"`
}

// MsgType implements Content.
func (DeleteSubshellReply) MsgType() string { return "delete_subshell_reply" }

// ListSubshellRequest asks for the subshells.
type ListSubshellRequest struct{}

// MsgType implements Content.
func (ListSubshellRequest) MsgType() string { return "list_subshell_request" }

// ListSubshellReply has the ids of all subshells; the main shell has none.
type ListSubshellReply struct {
	Status     Status   `json:"status"`
	SubshellID []string `json:"subshell_id"`
}

// MsgType implements Content.
func (ListSubshellReply) MsgType() string { return "list_subshell_reply" }
