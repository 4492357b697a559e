package core_test

func printNatively() bool { return false }
