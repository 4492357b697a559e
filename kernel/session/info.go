package session

import (
	"context"

	"lockstep/kernel/protocol"
)

func (s *Session) kernelInfo(context.Context, *request, protocol.KernelInfoRequest) (protocol.Content, error) {
	links := s.options.HelpLinks
	if links == nil {
		links = []protocol.HelpLink{}
	}
	return protocol.KernelInfoReply{
		Status:                protocol.StatusOK,
		ProtocolVersion:       protocol.Version,
		Implementation:        s.options.Implementation,
		ImplementationVersion: s.options.ImplementationVersion,
		LanguageInfo:          s.options.Language,
		Banner:                s.options.Banner,
		HelpLinks:             links,
		SupportedFeatures:     []string{protocol.Subshells},
	}, nil
}

func (s *Session) connect(context.Context, *request, protocol.ConnectRequest) (protocol.Content, error) {
	return protocol.ConnectReply{
		Status:        protocol.StatusOK,
		ShellPort:     s.connection.ShellPort,
		IOPubPort:     s.connection.IOPubPort,
		StdinPort:     s.connection.StdinPort,
		ControlPort:   s.connection.ControlPort,
		HeartbeatPort: s.connection.HeartbeatPort,
	}, nil
}
