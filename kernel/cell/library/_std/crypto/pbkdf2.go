package pbkdf2

import (
	"crypto/pbkdf2"
	"hash"
)

func Key[Hash hash.Hash](h func() Hash, password string, salt []byte, iter, keyLength int) ([]byte, error) {
	return pbkdf2.Key[hash.Hash](func() hash.Hash { return h() }, password, salt, iter, keyLength)
}
