package course

// words are what the package says, in one language.
type words struct {
	passed, failed, differs    string
	hint, tryFirst             string
	reset, notKept, damaged    string
	lesson, concept            string // headings of the progress
	exercise, tries, state     string
	done, open, untried, total string
	each                       string // heading of the list of exercises
}

var english = words{
	passed:   "passed: %s",
	failed:   "not yet: %s: %s",
	differs:  "%s is %v, but should be %v",
	hint:     "**Hint %d of %d.** %s",
	tryFirst: "try %s first: run its check at least once",
	reset:    "the progress is reset",
	notKept:  "the progress can't be kept: %v",
	damaged:  "the file of the progress was damaged; it is kept as %s, and the progress starts anew",
	lesson:   "Lesson",
	concept:  "Concept",
	exercise: "Exercise",
	tries:    "Tries",
	state:    "State",
	done:     "passed",
	open:     "tried",
	untried:  "not tried",
	total:    "%d of %d exercises passed",
	each:     "Each exercise",
}

var chinese = words{
	passed:   "通过：%s",
	failed:   "还没通过：%s：%s",
	differs:  "%s 是 %v，应该是 %v",
	hint:     "**提示 %d/%d**：%s",
	tryFirst: "先自己试一试 %s：至少运行一次检查",
	reset:    "进度已清空",
	notKept:  "进度没能保存：%v",
	damaged:  "进度文件已损坏，原文件保留为 %s，进度重新开始",
	lesson:   "课",
	concept:  "概念",
	exercise: "练习",
	tries:    "尝试次数",
	state:    "状态",
	done:     "已通过",
	open:     "试过",
	untried:  "未试",
	total:    "共 %[2]d 道练习，已通过 %[1]d 道",
	each:     "各道练习",
}

func wordsOf(language string) *words {
	if language == "zh" {
		return &chinese
	}
	return &english
}
