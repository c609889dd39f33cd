/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * dance-front: starts, reloads, ends. Knows nothing of what is served. */

#include <stdio.h>
#include <stdlib.h>

#include "accept.h"
#include "audit.h"
#include "command_line.h"
#include "conf/conf.h"
#include "connection_limits.h"
#include "descriptors.h"
#include "exposition.h"
#include "keypair.h"
#include "life.h"
#include "listener.h"
#include "log.h"
#include "metrics_server.h"
#include "memory.h"
#include "privilege.h"
#include "runtime.h"
#include "sd_notify.h"
#include "signals.h"
#include "stats_event.h"
#include "watchdog.h"
#include "workers.h"

#define FAREWELL_S 5

/* --- configuration ----------------------------------------------------------------------- */

static struct runtime *load_runtime(const char *path, char error[CONF_ERROR_SIZE])
{
	struct conf *conf = conf_read(path, error);
	return conf != NULL ? runtime_new(conf, error) : NULL;
}

static void log_warning(const char *sentence)
{
	log_line(LEVEL_WARNING, "%s", sentence);
}

/* Owner names of primaries are as in RFC 6698 3. */
static void print_client(const struct conf *conf, const struct conf_client *client)
{
	conf_common_print(&conf->common, client->id);
	printf("    client: \"_%u._tcp.%s\"\n", address_port(&client->primaries[0].socket),
		client->name);
	puts("    role: \"server\"");
	conf_common_print_usages(runtime_client_usages(client), client->ca_file);
}

static void print_front(const struct conf *conf, const struct conf_front *front)
{
	conf_common_print(&conf->common, front->id);
	for (size_t i = 0; i < front->identity_count; i++) {
		printf("    client: \"%s\"\n", front->identities[i]->name);
	}
	conf_common_print_list("client-within", front->within, front->within_count);
	conf_common_print_usages(front->usages, front->ca_file);
}

/* For dance check --config. */
static int print_names(const char *path)
{
	char error[CONF_ERROR_SIZE];
	struct conf *conf = conf_read(path, error);
	if (conf == NULL) {
		fprintf(stderr, "dance-front: %s\n", error);
		return EXIT_FAILURE;
	}
	puts("mod-dance:");
	for (size_t i = 0; i < conf->front_count; i++) {
		print_front(conf, &conf->fronts[i]);
	}
	for (size_t i = 0; i < conf->client_count; i++) {
		print_client(conf, &conf->clients[i]);
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
	/* All that has to be tried as root comes before. */
	bool fine = audit(runtime->conf, path, findings_print) == 0;
	if (runtime_has_stores(runtime) &&
		(!audit_become_user(runtime->conf, error) ||
			!runtime_open_stores(runtime, error))) {
		runtime_release(runtime);
		log_failure(error);
		return EXIT_FAILURE;
	}
	runtime_release(runtime);
	printf("dance-front: %s %s\n", path,
		fine ? "is valid" : "is valid, but see the warnings");
	return EXIT_SUCCESS;
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
		log_set(false, conf->common.log_level);
		log_set_json(conf->common.log_json);
	}
	/* At the start sockets need privileges, and threads are not to have any; later on
	 * what can be refused comes first. */
	bool fine = old == NULL ?
		listeners_open(listeners, conf, error) &&
			(conf->common.user == NULL ||
				privilege_drop(conf->common.user, error)) &&
			runtime_open_stores(runtime, error) &&
			runtime_start(runtime, NULL, error) && start_workers(conf, error) :
		runtime_open_stores(runtime, error) && runtime_start(runtime, old, error) &&
			listeners_open(listeners, conf, error);
	if (!fine) {
		runtime_release(runtime);
		return false;
	}
	descriptors_raise(conf->max_connections, 2, conf->common.lookups_in_flight);
	workers_limit(conf->max_connections);
	log_set(conf->common.log_syslog, conf->common.log_level);
	log_set_json(conf->common.log_json);
	runtime_install(runtime);
	metrics_settle(&conf->common, exposition_write);
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
	bool fine = runtime != NULL && put_in_force(runtime, old, listeners, error);
	runtime_release(old);
	life_reloaded(fine ? NULL : error);
}

/* --- the main thread --------------------------------------------------------------------- */

/* This thread takes the connections, and the loops' threads serve them. */
static void tell_health(void)
{
	if (watchdog_is_due() && workers_answer()) {
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
		stats_log(limits_count());
	}
	return !signals_told_to_end();
}

static bool take(const struct listener *listener)
{
	return listener->of_metrics ? metrics_server_accept(listener) :
				      accept_batch(listener);
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
	memory_settle();
	life_keep_standard();
	struct runtime *runtime = signals_take(&waiting) ? load_runtime(path, error) : NULL;
	if (runtime == NULL || !put_in_force(runtime, NULL, &listeners, error)) {
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
	size_t left = limits_close_all(FAREWELL_S);
	stats_log(left);
	if (left > 0) {
		life_exit(left, FAREWELL_S);
	}
	workers_stop();
	runtime_install(NULL);
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	struct command_line line;
	int status;
	if (!command_line_read(&line, DANCE_FRONT_CONF, argc, argv, &status)) {
		return status;
	}
	if (line.names) {
		return print_names(line.path);
	}
	return line.check ? check(line.path) : run(line.path);
}
