package lab

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Language is the language of the lessons for this user: "zh" for a Chinese
// locale, else "en".
func Language() string { return language(locale()) }

func language(locale string) string {
	if strings.HasPrefix(strings.ToLower(locale), "zh") {
		return "zh"
	}
	return "en"
}

// posixLocale is the locale that the environment asks for, by POSIX's order of
// precedence, or "".
func posixLocale(getenv func(string) string) string {
	for _, key := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if value := getenv(key); value != "" {
			return value
		}
	}
	return ""
}

// Lessons is the folder of the lessons in that language, in the source folder
// of Lockstep.
func Lessons(source, language string) (string, error) {
	dir := filepath.Join(source, "lessons", language)
	if info, err := os.Stat(dir); err != nil {
		return "", fmt.Errorf("no lessons in %q: %w", language, err)
	} else if !info.IsDir() {
		return "", fmt.Errorf("no lessons in %q: %s isn't a folder", language, dir)
	}
	return dir, nil
}
