// What a program does with files through a C library. Prints one line per step.
#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static void must(bool done) {
  if (!done) {
    perror("tour");
    exit(1);
  }
}

static int compare(const void *a, const void *b) { return strcmp(*(char **)a, *(char **)b); }

static int list(char *names[], int capacity) {
  DIR *directory = opendir("/data");
  must(directory);
  int count = 0;
  for (struct dirent *entry; (entry = readdir(directory)) && count < capacity;) {
    if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..")) names[count++] = strdup(entry->d_name);
  }
  closedir(directory);
  qsort(names, count, sizeof *names, compare);
  return count;
}

static const char *boolean(bool value) { return value ? "true" : "false"; }

int main(void) {
  char buffer[100] = {0};
  char *names[10];
  must(mkdir("/data/a", 0777) == 0 && mkdir("/data/a/b", 0777) == 0 && mkdir("/data/a/b/c", 0777) == 0);
  FILE *file = fopen("/data/a/b/c/file.txt", "w");
  must(file && fputs("hello", file) >= 0 && fclose(file) == 0);
  file = fopen("/data/a/b/c/file.txt", "a");
  must(file && fputs(" world", file) >= 0 && fclose(file) == 0);
  file = fopen("/data/a/b/../b/./c/file.txt", "r");
  must(file && fgets(buffer, sizeof buffer, file));
  printf("content %s\n", buffer);

  must(fseek(file, -5, SEEK_END) == 0 && fgets(buffer, sizeof buffer, file));
  struct stat stat;
  must(fstat(fileno(file), &stat) == 0);
  printf("tail %s of %d\n", buffer, (int)stat.st_size);
  fclose(file);

  must(rename("/data/a/b/c/file.txt", "/data/moved.txt") == 0);
  int count = list(names, 10);
  printf("entries");
  for (int i = 0; i < count; i++) printf(" %s", names[i]);
  printf("\n");

  must(rmdir("/data/a/b/c") == 0 && rmdir("/data/a/b") == 0 && rmdir("/data/a") == 0);
  must(unlink("/data/moved.txt") == 0);
  printf("left %d\n", list(names, 10));

  printf("missing %s\n", boolean(open("/data/none", O_RDONLY) < 0));
  printf("outside %s\n", boolean(open("/etc/passwd", O_RDONLY) < 0 && open("/data/../../etc/passwd", O_RDONLY) < 0));

  struct timespec start, end, pause = {.tv_nsec = 2000000};
  clock_gettime(CLOCK_MONOTONIC, &start);
  nanosleep(&pause, NULL);
  clock_gettime(CLOCK_MONOTONIC, &end);
  long elapsed = (end.tv_sec - start.tv_sec) * 1000000000L + (end.tv_nsec - start.tv_nsec);
  printf("slept %s\n", boolean(elapsed >= 2000000));
  return 0;
}
