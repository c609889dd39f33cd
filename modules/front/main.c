/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * dance-front: starts, reloads, ends. Knows nothing of what is served. */

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <unistd.h>

#include "accept.h"
#include "audit.h"
#include "conf/conf.h"
#include "connection_limits.h"
#include "keypair.h"
#include "listener.h"
#include "log.h"
#include "memory.h"
#include "privilege.h"
#include "runtime.h"
#include "sd_notify.h"
#include "stats.h"
#include "workers.h"

#define FAREWELL_S 5
#define PAUSE_MS 100 /* after something failed that would fail again at once */

enum {
	EXIT_MISUSED = 2
};

static const char usage[] =
	"usage: dance-front [-c FILE] [--check]\n"
	"\n"
	"  -c, --config FILE   read this configuration (default: " DANCE_FRONT_CONF ")\n"
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
	*arguments = (struct arguments){ .path = DANCE_FRONT_CONF };
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
			puts("dance-front " DANCE_VERSION);
			arguments->done = true;
			return true;
		default:
			fputs(usage, stderr);
			return false;
		}
	}
	if (optind < argc) {
		fprintf(stderr, "dance-front: unexpected argument '%s'\n%s", argv[optind],
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

static void warn(const char *sentence)
{
	fprintf(stderr, "dance-front: warning: %s\n", sentence);
}

static void log_warning(const char *sentence)
{
	log_line(LEVEL_WARNING, "%s", sentence);
}

static int check(const char *path)
{
	char error[CONF_ERROR_SIZE];
	struct runtime *runtime = load_runtime(path, error);
	if (runtime == NULL) {
		fprintf(stderr, "dance-front: %s\n", error);
		return EXIT_FAILURE;
	}
	bool fine = audit(runtime->conf, path, warn) == 0;
	runtime_release(runtime);
	printf("dance-front: %s %s\n", path,
		fine ? "is valid" : "is valid, but see the warnings");
	return EXIT_SUCCESS;
}

/* Two for each connection, four for each lookup (as many may linger, and as many again are of names
 * with records), and some. */
static void raise_descriptors(const struct conf *conf)
{
	struct rlimit limit;
	rlim_t lookups = 4 * (rlim_t)conf->lookups_in_flight;
	rlim_t wanted = 2 * (rlim_t)conf->max_connections + (lookups > 256 ? lookups : 256);
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) {
		return;
	}
	rlim_t before = limit.rlim_cur;
	limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
	if (setrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < wanted) {
		struct log_line line;
		log_line_begin(&line, "too few open files");
		log_line_key(&line, "limit", "max-connections");
		log_line_key(&line, "needed", "%lu", (unsigned long)wanted);
		log_line_key(&line, "available", "%lu",
			(unsigned long)(limit.rlim_cur > before ? limit.rlim_cur : before));
		log_composed(LEVEL_WARNING, &line,
			"raise LimitNOFILE, or lower 'max-connections'");
	}
}

static void log_keys(const struct runtime *runtime)
{
	char digest[KEYPAIR_DIGEST_SIZE];
	for (size_t i = 0; i < runtime->conf->front_count; i++) {
		keypair_digest(runtime->fronts[i].tls, digest);
		log_line(LEVEL_INFO, "front %s, public key, key %s",
			runtime->fronts[i].conf->id, digest);
	}
	for (size_t i = 0; i < runtime->conf->client_count; i++) {
		keypair_digest(runtime->clients[i].tls, digest);
		log_line(LEVEL_INFO, "client %s, public key, key %s",
			runtime->clients[i].conf->id, digest);
	}
}

static bool start_workers(const struct conf *conf, char error[CONF_ERROR_SIZE])
{
	bool started = workers_start(conf->threads);
	if (!started) {
		snprintf(error, CONF_ERROR_SIZE,
			"server: the threads cannot be started; lower 'threads', or permit "
			"more threads, files or memory");
	}
	return started;
}

/* Takes the new runtime, which counts from then on if all goes well. */
static bool put_in_force(struct runtime *runtime, const struct runtime *old,
	struct listeners *listeners, char error[CONF_ERROR_SIZE])
{
	const struct conf *conf = runtime->conf;
	if (old == NULL) {
		/* DNS may answer before the rest has started. */
		log_set(false, conf->log_level);
	}
	/* At the start sockets need privileges, and threads are not to have any; later on
	 * what can be refused comes first. */
	bool fine = old == NULL ? listeners_open(listeners, conf, error) &&
			(conf->user == NULL || privilege_drop(conf->user, error)) &&
			runtime_start(runtime, NULL, error) && start_workers(conf, error) :
				  runtime_start(runtime, old, error) &&
			listeners_open(listeners, conf, error);
	if (!fine) {
		runtime_release(runtime);
		return false;
	}
	raise_descriptors(conf);
	workers_limit(conf->max_connections);
	log_set(conf->log_syslog, conf->log_level);
	runtime_install(runtime);
	workers_tell();
	listeners_settle(listeners, conf);
	log_keys(runtime);
	(void)audit_keys(conf, log_warning);
	return true;
}

static void reload(const char *path, struct listeners *listeners)
{
	char error[CONF_ERROR_SIZE];
	sd_notify_reloading();
	struct runtime *old = runtime_current();
	struct runtime *runtime = load_runtime(path, error);
	if (runtime != NULL && put_in_force(runtime, old, listeners, error)) {
		log_line(LEVEL_NOTICE, "configuration reloaded");
	} else {
		struct log_line line;
		log_line_begin(&line, "configuration not reloaded");
		log_line_reason(&line, "%s", error);
		log_composed(LEVEL_ERROR, &line,
			"correct it and reload; until then the old configuration stays in "
			"force");
	}
	runtime_release(old);
	sd_notify_send("READY=1");
}

/* --- the main thread --------------------------------------------------------------------- */

/* Which signals have come. They are blocked except while the main thread waits in
 * ppoll(). */
static volatile sig_atomic_t told_to_reload, told_to_count, told_to_end;

static void on_signal(int number)
{
	switch (number) {
	case SIGHUP:
		told_to_reload = 1;
		break;
	case SIGUSR1:
		told_to_count = 1;
		break;
	default:
		told_to_end = 1;
		break;
	}
}

/* False if the program must end. */
static bool obey_signals(const char *path, struct listeners *listeners)
{
	if (told_to_reload != 0) {
		told_to_reload = 0;
		reload(path, listeners);
	}
	if (told_to_count != 0) {
		told_to_count = 0;
		stats_log();
	}
	return told_to_end == 0;
}

/* False if the sockets must be left alone for a moment. */
static bool take_all(const struct listeners *listeners, const struct pollfd *sockets)
{
	bool fine = true;
	for (size_t i = 0; i < listeners->count; i++) {
		if (sockets[i].revents != 0) {
			fine = accept_batch(&listeners->all[i]) && fine;
		}
	}
	return fine;
}

/* Delivers pending signals, so that the program can be ended while something keeps
 * failing. */
static void pause_for_signals(const sigset_t *waiting)
{
	const struct timespec pause = { .tv_nsec = PAUSE_MS * 1000000L };
	(void)pselect(0, NULL, NULL, NULL, &pause, waiting);
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
	bool fine = happened > 0 ? take_all(listeners, sockets) : errno == EINTR;
	free(sockets);
	return fine;
}

/* `waiting`: the signals that stay blocked while it waits. */
static void serve(const sigset_t *waiting, const char *path, struct listeners *listeners)
{
	while (obey_signals(path, listeners)) {
		if (!wait_and_take(waiting, listeners)) {
			pause_for_signals(waiting);
		}
	}
}

/* Threads inherit what is blocked: signals are the main thread's. */
static bool take_signals(sigset_t *waiting)
{
	static const int ours[] = { SIGHUP, SIGINT, SIGTERM, SIGUSR1 };
	const struct sigaction action = { .sa_handler = on_signal };
	sigset_t set;
	sigemptyset(&set);
	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++) {
		sigaddset(&set, ours[i]);
	}
	if (pthread_sigmask(SIG_BLOCK, &set, waiting) != 0) {
		return false;
	}
	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++) {
		sigdelset(waiting, ours[i]); /* a parent may have had them blocked */
		if (sigaction(ours[i], &action, NULL) != 0) {
			return false;
		}
	}
	return true;
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

static int run(const char *path)
{
	char error[CONF_ERROR_SIZE];
	memory_settle();
	keep_standard();
	struct listeners listeners = { 0 };
	sigset_t waiting;
	bool signals = take_signals(&waiting);
	struct runtime *runtime = load_runtime(path, error);
	if (!signals || runtime == NULL ||
		!put_in_force(runtime, NULL, &listeners, error)) {
		fprintf(stderr, "dance-front: %s\n",
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
	serve(&waiting, path, &listeners);

	sd_notify_send("STOPPING=1");
	log_line(LEVEL_NOTICE, "ending");
	listeners_close(&listeners);
	size_t left = limits_close_all(FAREWELL_S);
	stats_log();
	if (left > 0) {
		/* They use what would be freed. */
		log_line(LEVEL_WARNING,
			"exiting, count %zu (so many connections are still open after %d s)",
			left, FAREWELL_S);
		_exit(EXIT_SUCCESS);
	}
	workers_stop();
	runtime_install(NULL);
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
