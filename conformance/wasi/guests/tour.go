// What a program does with files through Go's standard library. Prints one line per step.
package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func fails(path string) bool {
	_, err := os.ReadFile(path)
	return err != nil
}

func main() {
	must(os.MkdirAll("/data/a/b/c", 0o755))
	must(os.WriteFile("/data/a/b/c/file.txt", []byte("hello"), 0o644))
	file, err := os.OpenFile("/data/a/b/c/file.txt", os.O_APPEND|os.O_WRONLY, 0)
	must(err)
	_, err = file.WriteString(" world")
	must(err)
	must(file.Close())
	content, err := os.ReadFile("/data/a/b/../b/./c/file.txt")
	must(err)
	fmt.Println("content", string(content))

	file, err = os.Open("/data/a/b/c/file.txt")
	must(err)
	_, err = file.Seek(-5, io.SeekEnd)
	must(err)
	tail, err := io.ReadAll(file)
	must(err)
	stat, err := file.Stat()
	must(err)
	fmt.Println("tail", string(tail), "of", stat.Size())

	must(os.Rename("/data/a/b/c/file.txt", "/data/moved.txt"))
	entries, err := os.ReadDir("/data")
	must(err)
	names := []string{}
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	fmt.Println("entries", strings.Join(names, " "))

	must(os.RemoveAll("/data/a"))
	must(os.Remove("/data/moved.txt"))
	entries, err = os.ReadDir("/data")
	must(err)
	fmt.Println("left", len(entries))

	fmt.Println("missing", fails("/data/none"))
	fmt.Println("outside", fails("/etc/passwd") && fails("/data/../../etc/passwd"))

	start := time.Now()
	time.Sleep(2 * time.Millisecond)
	fmt.Println("slept", time.Since(start) >= 2*time.Millisecond)
}
