package lab

import (
	"os"

	"golang.org/x/sys/windows"
)

// locale is what the environment says, else the language of the user's Windows.
func locale() string {
	if value := posixLocale(os.Getenv); value != "" {
		return value
	}
	names, err := windows.GetUserPreferredUILanguages(windows.MUI_LANGUAGE_NAME)
	if err != nil || len(names) == 0 {
		return ""
	}
	return names[0]
}
