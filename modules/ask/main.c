/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * dance-ask: starts, reloads, ends. Knows nothing of what is asked. */

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf/conf.h"
#include "connections.h"
#include "listener.h"
#include "log.h"
#include "privilege.h"
#include "runtime.h"
#include "sd_notify.h"
#include "session.h"
#include "signals.h"
#include "stats.h"

#define FAREWELL_MS 5000
#define BATCH 64 /* connections at once, before other sockets have their turn */

enum {
	EXIT_MISUSED = 2
};

static const char usage[] =
	"usage: dance-ask [-c FILE] [--check]\n"
	"\n"
	"  -c, --config FILE   read this configuration (default: " DANCE_ASK_CONF ")\n"
	"  -C, --check         check the configuration and exit\n"
	"  -h, --help          print this text\n"
	"  -V, --version       print the version\n"
	"\n"
	"SIGHUP reloads the configuration, SIGUSR1 logs the counters, SIGTERM exits.\n";

struct arguments {
	const char *path;
	bool check;
	bool done; /* asked for help or the version only */
};

static bool read_arguments(struct arguments *arguments, int argc, char **argv)
{
	static const struct option options[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "check", no_argument, NULL, 'C' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	*arguments = (struct arguments){ .path = DANCE_ASK_CONF };
	int option;
	while ((option = getopt_long(argc, argv, "c:ChV", options, NULL)) != -1) {
		switch (option) {
		case 'c':
			arguments->path = optarg;
			break;
		case 'C':
			arguments->check = true;
			break;
		case 'h':
			fputs(usage, stdout);
			arguments->done = true;
			return true;
		case 'V':
			puts("dance-ask " DANCE_VERSION);
			arguments->done = true;
			return true;
		default:
			fputs(usage, stderr);
			return false;
		}
	}
	if (optind < argc) {
		fprintf(stderr, "dance-ask: unexpected argument '%s'\n%s", argv[optind],
			usage);
		return false;
	}
	return true;
}

/* --- configuration ----------------------------------------------------------------------- */

static struct runtime *load_runtime(const char *path, char error[CONF_ERROR_SIZE])
{
	struct conf *conf = conf_read(path, error);
	return conf != NULL ? runtime_new(conf, error) : NULL;
}

static int check(const char *path)
{
	char error[CONF_ERROR_SIZE];
	struct runtime *runtime = load_runtime(path, error);
	if (runtime == NULL) {
		fprintf(stderr, "dance-ask: %s\n", error);
		return EXIT_FAILURE;
	}
	runtime_release(runtime);
	printf("dance-ask: %s is valid\n", path);
	return EXIT_SUCCESS;
}

/* Takes the new runtime, which counts from then on if all goes well. */
static bool put_in_force(struct runtime *runtime, bool first, struct listeners *listeners,
	char error[CONF_ERROR_SIZE])
{
	const struct conf *conf = runtime->conf;
	/* At the start sockets need privileges, and threads are not to have any; later on
	 * what can be refused comes first. */
	bool fine = first ?
		listeners_open(listeners, conf, error) &&
			(conf->user == NULL || privilege_drop(conf->user, error)) &&
			runtime_start(runtime, error) :
		runtime_start(runtime, error) && listeners_open(listeners, conf, error);
	if (!fine) {
		runtime_release(runtime);
		return false;
	}
	log_set(conf->log_syslog, conf->log_level);
	runtime_install(runtime);
	listeners_settle(listeners, conf);
	return true;
}

static void reload(const char *path, struct listeners *listeners)
{
	char error[CONF_ERROR_SIZE];
	sd_notify_reloading();
	struct runtime *runtime = load_runtime(path, error);
	if (runtime != NULL && put_in_force(runtime, false, listeners, error)) {
		log_line(LEVEL_NOTICE, "configuration reloaded");
	} else {
		struct log_line line;
		log_line_begin(&line, "configuration not reloaded");
		log_line_reason(&line, "%s", error);
		log_composed(LEVEL_ERROR, &line,
			"correct it and reload; until then the old configuration stays in "
			"force");
	}
	sd_notify_send("READY=1");
}

/* --- the main thread --------------------------------------------------------------------- */

/* False if the program must end. */
static bool obey_signals(const char *path, struct listeners *listeners)
{
	if (signals_told_to_reload()) {
		reload(path, listeners);
	}
	if (signals_told_to_count()) {
		stats_log(connections_count());
	}
	return !signals_told_to_end();
}

/* False if the socket must be left alone for a moment. */
static bool accept_batch(const struct listener *listener)
{
	for (unsigned i = 0; i < BATCH; i++) {
		int fd = accept4(listener->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd >= 0) {
			if (!session_start(listener, fd)) {
				return false;
			}
			continue;
		}
		if (errno == EAGAIN || errno == EINTR || errno == ECONNABORTED) {
			return true;
		}
		struct log_line line;
		log_line_begin(&line, "ask %s, out of room", listener->id);
		log_line_reason(&line, "%s", strerror(errno));
		log_composed_limited(LEVEL_ERROR, &line,
			"raise LimitNOFILE, or lower 'max-connections'");
		return false;
	}
	return true;
}

static bool wait_and_take(const sigset_t *waiting, const struct listeners *listeners)
{
	struct pollfd *sockets = calloc(listeners->count + 1, sizeof(*sockets));
	if (sockets == NULL) {
		return false;
	}
	for (size_t i = 0; i < listeners->count; i++) {
		sockets[i] = (struct pollfd){ listeners->all[i].fd, POLLIN, 0 };
	}
	int happened = ppoll(sockets, listeners->count, NULL, waiting);
	bool fine = happened > 0 || errno == EINTR;
	for (size_t i = 0; happened > 0 && i < listeners->count; i++) {
		if (sockets[i].revents != 0) {
			fine = accept_batch(&listeners->all[i]) && fine;
		}
	}
	free(sockets);
	return fine;
}

/* A connection must not get the number of a standard stream that is closed. */
static void keep_standard(void)
{
	int fd;
	do {
		fd = open("/dev/null", O_RDWR);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0) {
		close(fd);
	}
}

static void farewell(struct listeners *listeners)
{
	sd_notify_send("STOPPING=1");
	log_line(LEVEL_NOTICE, "ending");
	listeners_close(listeners);
	size_t left = connections_end(FAREWELL_MS);
	if (left > 0) {
		struct log_line line;
		log_line_begin(&line, "exiting");
		log_line_key(&line, "count", "%zu", left);
		log_line_reason(&line, "so many connections are still open after %d s",
			FAREWELL_MS / 1000);
		log_composed(LEVEL_WARNING, &line, NULL);
		_exit(EXIT_SUCCESS); /* their threads use what would be freed */
	}
	runtime_install(NULL);
}

static int run(const char *path)
{
	char error[CONF_ERROR_SIZE];
	keep_standard();
	struct listeners listeners = { 0 };
	sigset_t waiting;
	bool signals = signals_take(&waiting);
	struct runtime *runtime = load_runtime(path, error);
	if (!signals || runtime == NULL ||
		!put_in_force(runtime, true, &listeners, error)) {
		fprintf(stderr, "dance-ask: %s\n",
			signals ? error : "cannot set up signal handling");
		listeners_close(&listeners);
		return EXIT_FAILURE;
	}
	if (geteuid() == 0) {
		log_line(LEVEL_WARNING,
			"running as root; do: set 'user' to drop privileges");
	}
	log_line(LEVEL_NOTICE, "ready");
	sd_notify_send("READY=1");
	while (obey_signals(path, &listeners)) {
		if (!wait_and_take(&waiting, &listeners)) {
			signals_pause(&waiting);
		}
	}
	farewell(&listeners);
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	struct arguments arguments;
	if (!read_arguments(&arguments, argc, argv)) {
		return EXIT_MISUSED;
	}
	if (arguments.done) {
		return EXIT_SUCCESS;
	}
	return arguments.check ? check(arguments.path) : run(arguments.path);
}
