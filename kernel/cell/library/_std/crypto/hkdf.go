package hkdf

import (
	"crypto/hkdf"
	"hash"
)

func Extract[H hash.Hash](h func() H, secret, salt []byte) ([]byte, error) {
	return hkdf.Extract[hash.Hash](func() hash.Hash { return h() }, secret, salt)
}

func Expand[H hash.Hash](h func() H, pseudorandomKey []byte, info string, keyLength int) ([]byte, error) {
	return hkdf.Expand[hash.Hash](func() hash.Hash { return h() }, pseudorandomKey, info, keyLength)
}

func Key[Hash hash.Hash](h func() Hash, secret, salt []byte, info string, keyLength int) ([]byte, error) {
	return hkdf.Key[hash.Hash](func() hash.Hash { return h() }, secret, salt, info, keyLength)
}
