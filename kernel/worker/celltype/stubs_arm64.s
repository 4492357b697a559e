#include "textflag.h"

// Each stub is two instructions, eight bytes long. R19 keeps the caller's return
// address while the link register tells dispatch which stub it was.
#define C MOVD R30, R19; BL ·dispatch(SB);
#define C8 C C C C C C C C
#define C64 C8 C8 C8 C8 C8 C8 C8 C8
#define C512 C64 C64 C64 C64 C64 C64 C64 C64
#define C4096 C512 C512 C512 C512 C512 C512 C512 C512
#define C32768 C4096 C4096 C4096 C4096 C4096 C4096 C4096 C4096

TEXT ·stubs(SB),NOSPLIT|NOFRAME,$0-0
	C32768
	RET

// dispatch goes on to the closure of the stub that called it, with all argument
// registers as they were. R26 is the closure's context.
TEXT ·dispatch(SB),NOSPLIT|NOFRAME,$0-0
	MOVD $·stubs+8(SB), R20
	SUB R20, R30, R20 // eight bytes a stub, eight bytes a closure
	MOVD $·closures(SB), R21
	MOVD (R21)(R20), R26
	MOVD R19, R30
	MOVD (R26), R20
	JMP (R20)

DATA ·stubsPC+0(SB)/8, $·stubs(SB)
GLOBL ·stubsPC(SB), RODATA, $8
