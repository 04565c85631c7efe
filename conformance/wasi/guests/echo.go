package main

import (
	"fmt"
	"io"
	"os"
	"strings"
)

func main() {
	fmt.Println("args", strings.Join(os.Args, " "))
	fmt.Println("NAME=" + os.Getenv("NAME"))
	io.Copy(os.Stdout, os.Stdin)
	fmt.Println()
	fmt.Fprintln(os.Stderr, "done")
	os.Exit(3)
}
