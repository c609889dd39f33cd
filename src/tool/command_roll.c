/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * dance roll: rolls keys, each run a step. */

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "json.h"
#include "option.h"
#include "roll.h"
#include "roll_plan.h"
#include "roll_servers.h"
#include "say.h"

#ifndef DANCE_ROLL_CONF
#define DANCE_ROLL_CONF "/etc/dance/dance-roll.conf"
#endif

static const char help[] =
	"usage: dance roll [--config FILE] [ID...]\n"
	"       dance roll --now ID... | --abort ID...\n"
	"       dance roll --dry-run | --status [--json] [ID...]\n"
	"\n"
	"Take the steps that are due to roll the keys of the configuration, or those with\n"
	"these IDs: make the next key, publish its TLSA record, wait, switch to it, wait,\n"
	"withdraw the old record. Each run looks once; a timer runs it again and again.\n"
	"\n"
	"  --config FILE      instead of " DANCE_ROLL_CONF "\n"
	"  --dry-run          do nothing; print what would be done, and when\n"
	"  --status           do nothing; print how each roll stands\n"
	"  --json             print that as one JSON object\n"
	"  --now              begin to roll these keys, although they are not due\n"
	"  --abort            give up the rolls of these keys, before the switch\n"
	"\n"
	"Exit status: 0 as planned, 1 a roll is held, 2 a failure.\n";

enum {
	OPTION_CONFIG = OPTION_FIRST,
	OPTION_DRY_RUN,
	OPTION_STATUS,
	OPTION_JSON,
	OPTION_NOW,
	OPTION_ABORT,
};

static const struct option rows[] = {
	{ "config", required_argument, NULL, OPTION_CONFIG },
	{ "dry-run", no_argument, NULL, OPTION_DRY_RUN },
	{ "status", no_argument, NULL, OPTION_STATUS },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "now", no_argument, NULL, OPTION_NOW },
	{ "abort", no_argument, NULL, OPTION_ABORT },
	OPTION_HELP_ROW,
	OPTION_LAST_ROW,
};
static const struct option_table options = { ":h", rows, 0 };

struct request {
	const char *config;
	bool dry_run, status, json, now, abort;
	char **ids;
	size_t count;
	struct roll_conf conf;
	struct json out;
};

static int64_t wall_clock(void *arg)
{
	(void)arg;
	return time(NULL);
}

static void look(void *arg, struct roll_look *seen, const struct roll_key *key,
	const char *const digests[ROLL_DIGEST_MAX])
{
	const struct roll_conf *conf = arg;
	struct dance_context_options dns = { .size = sizeof(dns),
		.trust_anchor = conf->trust_anchor,
		.root_hints = conf->root_hints };
	for (size_t i = 0; i < DANCE_FORWARDER_MAX; i++) {
		dns.forwarders[i] = conf->forwarders[i];
	}
	roll_servers_look(seen, &dns, key, digests);
}

static bool publish(void *arg, const struct roll_key *key, const struct roll_record *record,
	char why[DANCE_ERROR_SIZE])
{
	(void)arg;
	return roll_publish(key, record, why);
}

static bool reload(void *arg, const struct roll_key *key, const char *digest,
	char why[DANCE_ERROR_SIZE])
{
	(void)arg;
	return roll_reload(key, digest, why);
}

static void say_why(const struct roll *roll, enum roll_result result)
{
	bool advice = roll->advice != NULL && roll->advice[0] != '\0';
	say_error("%s, id %s, step %s (%s)%s%s",
		result == ROLL_HELD ? "roll held" : "roll failed", roll->key->id,
		roll_step_name(roll->state.step), roll->why, advice ? "; do: " : "",
		advice ? roll->advice : "");
}

static int run_key(struct roll *roll)
{
	int lock = roll_state_lock(roll->folder, roll->key->id, roll->why);
	if (lock < 0) {
		say_error("roll failed, id %s (%s)", roll->key->id, roll->why);
		return COMMAND_WRONG;
	}
	enum roll_result result = roll_run(roll);
	if (result == ROLL_HELD || result == ROLL_FAILED) {
		say_why(roll, result);
	}
	close(lock);
	return result == ROLL_FAILED ? COMMAND_WRONG :
		result == ROLL_HELD  ? COMMAND_NO :
				       COMMAND_YES;
}

static int tell_status(struct request *request, struct roll *roll)
{
	bool loaded = roll_load(roll);
	const char *wrong = loaded ? NULL : roll->why;
	if (request->json) {
		roll_status_print_json(&request->out, roll, wrong);
	} else {
		roll_status_print(stdout, roll, wrong);
	}
	return !loaded ? COMMAND_WRONG : roll->state.held != 0 ? COMMAND_NO : COMMAND_YES;
}

static int tell_plan(struct request *request, struct roll *roll)
{
	struct roll_look seen;
	if (!roll_load(roll)) {
		say_why(roll, ROLL_FAILED);
		return COMMAND_WRONG;
	}
	const char *other = roll->state.next[0] != '\0' ? roll->state.next :
							  roll->state.old;
	const char *const digests[ROLL_DIGEST_MAX] = { roll->state.current, other };
	look(&request->conf, &seen, roll->key, digests);
	if (request->json) {
		roll_plan_print_json(&request->out, roll, &seen, time(NULL));
	} else {
		roll_plan_print(stdout, roll, &seen, time(NULL));
	}
	return seen.complete ? COMMAND_YES : COMMAND_NO;
}

static bool is_wanted(const struct request *request, const struct roll_key *key)
{
	for (size_t i = 0; i < request->count; i++) {
		if (strcmp(request->ids[i], key->id) == 0) {
			return true;
		}
	}
	return request->count == 0;
}

static bool check_ids(const struct request *request)
{
	for (size_t i = 0; i < request->count; i++) {
		bool found = false;
		for (size_t k = 0; k < request->conf.key_count; k++) {
			found |= strcmp(request->ids[i], request->conf.keys[k].id) == 0;
		}
		if (!found) {
			say_error("there is no key '%s' in %s", request->ids[i],
				request->config);
			return false;
		}
	}
	return true;
}

static void warn_of_mode(const struct roll_key *key, const char *file)
{
	struct stat status;
	if (file != NULL && stat(file, &status) == 0 && (status.st_mode & S_IRWXO) != 0) {
		say_warning("key %s: %s is open to all users (mode %04o): run 'chmod o= %s'",
			key->id, file, (unsigned)(status.st_mode & 07777), file);
	}
}

static int run_keys(struct request *request)
{
	const struct roll_host host = { &request->conf, wall_clock, look, publish, reload };
	bool quiet = request->status || request->dry_run;
	int worst = COMMAND_YES;
	if (!quiet && mkdir(request->conf.state, 0700) != 0 && errno != EEXIST) {
		say_error("cannot create %s: %s", request->conf.state, strerror(errno));
		return COMMAND_WRONG;
	}
	request->out = (struct json){ .out = stdout };
	if (request->json) {
		json_open(&request->out, NULL, '{');
		json_open(&request->out, "keys", '[');
	}
	for (size_t i = 0; i < request->conf.key_count; i++) {
		struct roll roll = { .key = &request->conf.keys[i],
			.folder = request->conf.state,
			.host = &host,
			.wish = request->now   ? ROLL_NOW :
				request->abort ? ROLL_GIVE_UP :
						 ROLL_ON_TIME,
			.news = stdout };
		if (!is_wanted(request, roll.key)) {
			continue;
		}
		if (!request->status) {
			warn_of_mode(roll.key, roll.key->key_file);
			warn_of_mode(roll.key, roll.key->tsig_file);
		}
		int status = request->status ? tell_status(request, &roll) :
			request->dry_run     ? tell_plan(request, &roll) :
					       run_key(&roll);
		worst = status > worst ? status : worst;
	}
	if (request->json) {
		json_close(&request->out, ']');
		json_close(&request->out, '}');
		fputc('\n', stdout);
	}
	return worst;
}

static int answer(struct request *request)
{
	char why[ROLL_TEXT_ERROR_SIZE];
	if (!roll_conf_read(&request->conf, request->config, why)) {
		say_error("%s", why);
		return COMMAND_WRONG;
	}
	return check_ids(request) ? run_keys(request) : COMMAND_WRONG;
}

static bool is_complete(const struct request *request)
{
	if (request->status && (request->dry_run || request->now || request->abort)) {
		say_error("--status cannot be combined with --dry-run, --now or --abort");
		return false;
	}
	if (request->abort && (request->now || request->dry_run)) {
		say_error("--abort cannot be combined with --now or --dry-run");
		return false;
	}
	if (request->json && !request->status && !request->dry_run) {
		say_error("--json needs --status or --dry-run");
		return false;
	}
	if ((request->now || request->abort) && request->count == 0) {
		say_error("%s needs the id of a key", request->now ? "--now" : "--abort");
		return false;
	}
	return true;
}

static void take(struct request *request, int found, const char *value)
{
	switch (found) {
	case OPTION_CONFIG:
		request->config = value;
		break;
	case OPTION_DRY_RUN:
		request->dry_run = true;
		break;
	case OPTION_STATUS:
		request->status = true;
		break;
	case OPTION_JSON:
		request->json = true;
		break;
	case OPTION_NOW:
		request->now = true;
		break;
	case OPTION_ABORT:
	default:
		request->abort = true;
		break;
	}
}

static int run(int count, char **words)
{
	struct request request = { .config = DANCE_ROLL_CONF };
	int found;
	while ((found = option_next(&options, count, words)) != OPTION_END) {
		if (found == OPTION_HELP) {
			fputs(help, stdout);
			return COMMAND_YES;
		}
		if (found == OPTION_WRONG) {
			return COMMAND_WRONG;
		}
		take(&request, found, optarg);
	}
	request.ids = words + optind;
	request.count = (size_t)(count - optind);
	if (!is_complete(&request)) {
		return COMMAND_WRONG;
	}
	int status = answer(&request);
	roll_conf_clear(&request.conf);
	return status;
}

const struct command command_roll = { "roll", run };
