package celltype

const stubSize = 8
