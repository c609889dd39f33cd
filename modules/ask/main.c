/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * dance-ask: starts, reloads, ends. Knows nothing of what is asked. */

#include <stdio.h>
#include <stdlib.h>

#include "audit.h"
#include "command_line.h"
#include "conf/conf.h"
#include "connections.h"
#include "descriptors.h"
#include "exposition.h"
#include "life.h"
#include "listener.h"
#include "log.h"
#include "metrics_server.h"
#include "privilege.h"
#include "runtime.h"
#include "sd_notify.h"
#include "session.h"
#include "signals.h"
#include "stats_event.h"
#include "watchdog.h"

#define FAREWELL_S 5

/* --- configuration ----------------------------------------------------------------------- */

static struct runtime *load_runtime(const char *path, char error[CONF_ERROR_SIZE])
{
	struct conf *conf = conf_read(path, error);
	return conf != NULL ? runtime_new(conf, error) : NULL;
}

/* For dance check --config. */
static int print_names(const char *path)
{
	char error[CONF_ERROR_SIZE];
	struct conf *conf = conf_read(path, error);
	if (conf == NULL) {
		fprintf(stderr, "dance-ask: %s\n", error);
		return EXIT_FAILURE;
	}
	puts("mod-dance:");
	for (size_t i = 0; i < conf->ask_count; i++) {
		const struct conf_ask *ask = &conf->asks[i];
		conf_common_print(&conf->common, ask->id);
		conf_common_print_list("client", ask->clients, ask->client_count);
		conf_common_print_list("client-within", ask->within, ask->within_count);
		conf_common_print_usages(DANCE_USAGES_DEFAULT, NULL);
	}
	conf_free(conf);
	return EXIT_SUCCESS;
}

static int check(const char *path)
{
	char error[CONF_ERROR_SIZE];
	struct runtime *runtime = load_runtime(path, error);
	if (runtime == NULL) {
		log_failure(error);
		return EXIT_FAILURE;
	}
	bool fine = audit(runtime->conf, path, findings_print) == 0;
	runtime_release(runtime);
	printf("dance-ask: %s %s\n", path,
		fine ? "is valid" : "is valid, but see the warnings");
	return EXIT_SUCCESS;
}

/* Takes the new runtime, which counts from then on if all goes well. */
static bool put_in_force(struct runtime *runtime, bool first, struct listeners *listeners,
	char error[CONF_ERROR_SIZE])
{
	const struct conf *conf = runtime->conf;
	if (first) {
		/* DNS may answer before the rest has started. */
		log_set(false, conf->common.log_level);
		log_set_json(conf->common.log_json);
	}
	/* At the start sockets need privileges, and threads are not to have any; later on
	 * what can be refused comes first. */
	bool fine = first ?
		listeners_open(listeners, conf, error) &&
			(conf->common.user == NULL ||
				privilege_drop(conf->common.user, error)) &&
			runtime_start(runtime, error) :
		runtime_start(runtime, error) && listeners_open(listeners, conf, error);
	if (!fine) {
		runtime_release(runtime);
		return false;
	}
	descriptors_raise(conf->max_connections, 1, conf->common.lookups_in_flight);
	log_set(conf->common.log_syslog, conf->common.log_level);
	log_set_json(conf->common.log_json);
	runtime_install(runtime);
	metrics_settle(&conf->common, exposition_write);
	listeners_settle(listeners, conf);
	return true;
}

static void reload(const char *path, struct listeners *listeners)
{
	char error[CONF_ERROR_SIZE];
	sd_notify_reloading();
	struct runtime *runtime = load_runtime(path, error);
	bool fine = runtime != NULL && put_in_force(runtime, false, listeners, error);
	life_reloaded(fine ? NULL : error);
}

/* --- the main thread --------------------------------------------------------------------- */

/* This thread takes the connections, and each has one of its own. */
static void tell_health(void)
{
	if (watchdog_is_due()) {
		watchdog_tell();
	}
}

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

static bool take(const struct listener *listener)
{
	return listener->of_metrics ? metrics_server_accept(listener) :
				      session_accept(listener);
}

/* False if something keeps failing. */
static bool wait_and_take(const sigset_t *waiting, struct listeners *listeners)
{
	bool fine = listeners_wait(listeners, waiting);
	for (size_t i = 0; i < listeners->count; i++) {
		if (listeners->all[i].ready) {
			fine = take(&listeners->all[i]) && fine;
		}
	}
	return fine;
}

static int run(const char *path)
{
	char error[CONF_ERROR_SIZE] = "cannot set up signal handling";
	struct listeners listeners = { 0 };
	sigset_t waiting;
	life_keep_standard();
	struct runtime *runtime = signals_take(&waiting) ? load_runtime(path, error) : NULL;
	if (runtime == NULL || !put_in_force(runtime, true, &listeners, error)) {
		log_failure(error);
		listeners_close(&listeners);
		return EXIT_FAILURE;
	}
	life_ready();
	while (obey_signals(path, &listeners)) {
		tell_health();
		if (!wait_and_take(&waiting, &listeners)) {
			signals_pause(&waiting);
		}
	}

	life_ending();
	listeners_close(&listeners);
	metrics_server_stop();
	size_t left = connections_end(FAREWELL_S * 1000);
	stats_log(left);
	if (left > 0) {
		life_exit(left, FAREWELL_S);
	}
	runtime_install(NULL);
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	struct command_line line;
	int status;
	if (!command_line_read(&line, DANCE_ASK_CONF, argc, argv, &status)) {
		return status;
	}
	if (line.names) {
		return print_names(line.path);
	}
	return line.check ? check(line.path) : run(line.path);
}
