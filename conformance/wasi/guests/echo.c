#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
  printf("args");
  for (int i = 0; i < argc; i++) printf(" %s", argv[i]);
  printf("\nNAME=%s\n", getenv("NAME"));
  for (int c; (c = getchar()) != EOF;) putchar(c);
  printf("\n");
  fprintf(stderr, "done\n");
  return 3;
}
