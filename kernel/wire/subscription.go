package wire

import (
	"bytes"
	"sync"

	"github.com/go-zeromq/zmq4"
)

// maxTopics bounds what one peer's topics may take, in bytes, with frameOverhead for each.
const maxTopics = 1 << 20

// subscription reads a peer's wish to get or no longer get a topic: a message of one frame, or a command as later
// versions of ZMTP have it. Anything else is ok = false.
func subscription(m message) (topic []byte, on, ok bool) {
	switch {
	case m.command == zmq4.CmdSubscribe:
		return m.body, true, true
	case m.command == zmq4.CmdCancel:
		return m.body, false, true
	case m.command == "" && len(m.frames) == 1 && len(m.frames[0]) > 0 && m.frames[0][0] <= 1:
		return m.frames[0][1:], m.frames[0][0] == 1, true
	}
	return nil, false, false
}

// subscriptions are one peer's topics. A topic stays until it has been removed as often as it was added.
type subscriptions struct {
	mu     sync.Mutex
	topics []counted
	bytes  int
}

type counted struct {
	topic []byte
	times int
}

func (s *subscriptions) find(topic []byte) int {
	for i, t := range s.topics {
		if bytes.Equal(t.topic, topic) {
			return i
		}
	}
	return -1
}

// add counts a topic once more, if announce agrees. Nothing is matched meanwhile: what announce puts into the peer's
// queue is there before anything that the topic selects, and once it is there the topic is in effect.
func (s *subscriptions) add(topic []byte, announce func() (bool, error)) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, n := s.find(topic), len(topic)+frameOverhead
	if i < 0 && s.bytes+n > maxTopics {
		return false, violation("subscriptions of more than %d bytes", maxTopics)
	}
	if ok, err := announce(); !ok || err != nil {
		return false, err
	}
	if i >= 0 {
		s.topics[i].times++
	} else {
		s.topics = append(s.topics, counted{bytes.Clone(topic), 1})
		s.bytes += n
	}
	return true, nil
}

// remove takes back one add; a topic that isn't there is ignored.
func (s *subscriptions) remove(topic []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.find(topic)
	if i < 0 {
		return
	}
	if s.topics[i].times--; s.topics[i].times > 0 {
		return
	}
	last := len(s.topics) - 1
	s.topics[i], s.topics[last] = s.topics[last], counted{}
	s.topics = s.topics[:last]
	s.bytes -= len(topic) + frameOverhead
}

// match reports whether a message with this first frame was asked for.
func (s *subscriptions) match(first []byte) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.topics {
		if bytes.HasPrefix(first, t.topic) {
			return true
		}
	}
	return false
}
