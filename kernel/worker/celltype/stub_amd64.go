package celltype

const stubSize = 5
