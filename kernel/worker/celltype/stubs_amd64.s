#include "textflag.h"

// Each stub is one CALL, five bytes long. The return address that it pushes
// tells dispatch which stub it was.
#define C CALL ·dispatch(SB);
#define C8 C C C C C C C C
#define C64 C8 C8 C8 C8 C8 C8 C8 C8
#define C512 C64 C64 C64 C64 C64 C64 C64 C64
#define C4096 C512 C512 C512 C512 C512 C512 C512 C512
#define C32768 C4096 C4096 C4096 C4096 C4096 C4096 C4096 C4096

TEXT ·stubs(SB),NOSPLIT|NOFRAME,$0-0
	C32768
	RET

// dispatch goes on to the closure of the stub that called it, with all argument
// registers as they were. DX is the closure's context; R12 and R13 are free.
TEXT ·dispatch(SB),NOSPLIT|NOFRAME,$0-0
	POPQ R12
	LEAQ ·stubs+5(SB), R13
	SUBQ R13, R12
	IMULQ $52429, R12 // divide by 5: 52429/2^18, exact in this range
	SHRQ $18, R12
	LEAQ ·closures(SB), R13
	MOVQ (R13)(R12*8), DX
	MOVQ (DX), R12
	JMP R12

DATA ·stubsPC+0(SB)/8, $·stubs(SB)
GLOBL ·stubsPC(SB), RODATA, $8
