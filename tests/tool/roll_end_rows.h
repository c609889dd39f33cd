/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Situations of test_roll_step.c from the switch on, and when a roll is given up,
 * and what comes of each: the calls in one line, the news, how the step ends, and the state that
 * it leaves. */

/* clang-format off */

	/* --- switch --- */
	{ .name = "switch: the key cannot be read",
		.state = { .step = ROLL_SWITCH }, .fail = "key",
		.told = "key \n"
			"failed: key failed; correct 'key-file', or what is in it\n"
			"switch, keys a b -, entered +0, ttl 0, rolls 0\n" },
	{ .name = "switch: it was switched already",
		.state = { .step = ROLL_SWITCH }, .key = "b",
		.told = "key switch reload (b) save (keep) \n"
			"key switched, id k, key b\n"
			"go on\n"
			"keep, keys b - a, entered +0, began +0, switched +0, ttl 0, "
			"rolls 0\n" },
	{ .name = "switch: somebody else has changed the key",
		.state = { .step = ROLL_SWITCH }, .key = "c",
		.told = "key \n"
			"held: the key in use was changed by somebody else, key c; "
			"put it back, or give this roll up: dance roll --abort\n"
			"switch, keys a b -, entered +0, ttl 0, rolls 0\n" },
	{ .name = "switch: not all have answered",
		.state = { .step = ROLL_SWITCH }, .incomplete = true,
		.told = "key look (a, b) \n"
			"held: no answer; see to it\n"
			"switch, keys a b -, entered +0, ttl 30, rolls 0\n" },
	{ .name = "switch: not all have answered, and a server lacks it",
		.state = { .step = ROLL_SWITCH, .seen = NOW - 90 }, .sights = "EP",
			.incomplete = true,
		.told = "key look (a, b) save (spread) \n"
			"held: the record of the next key is gone again: lacks1 lacks it; "
			"see to this server\n"
			"spread, keys a b -, entered +0, ttl 30, rolls 0\n" },
	{ .name = "switch: a server lacks the record in use",
		.state = { .step = ROLL_SWITCH }, .sights = "PE",
		.told = "key look (a, b) \n"
			"held: the record of the key in use is missing: lacks0 lacks it; "
			"publish it again, or see to this server\n"
			"switch, keys a b -, entered +0, ttl 30, rolls 0\n" },
	{ .name = "switch: a server lacks the record",
		.state = { .step = ROLL_SWITCH, .seen = NOW - 90 }, .sights = "EP",
		.told = "key look (a, b) save (spread) \n"
			"held: the record of the next key is gone again: lacks1 lacks it; "
			"see to this server\n"
			"spread, keys a b -, entered +0, ttl 30, rolls 0\n" },
	{ .name = "switch: the same, and the state cannot be saved",
		.state = { .step = ROLL_SWITCH }, .fail = "save", .sights = "EP",
		.told = "key look (a, b) save (spread) \n"
			"failed: save failed; see to the folder of the state\n"
			"spread, keys a b -, entered +0, ttl 30, rolls 0\n" },
	{ .name = "switch: all have the record",
		.state = { .step = ROLL_SWITCH, .began = NOW - 90 }, .sights = "EE",
		.told = "key look (a, b) switch reload (b) save (keep) \n"
			"key switched, id k, key b\n"
			"go on\n"
			"keep, keys b - a, entered +0, began +0, switched +0, ttl 30, "
			"rolls 0\n" },
	{ .name = "switch: a file cannot be replaced",
		.state = { .step = ROLL_SWITCH }, .fail = "switch", .sights = "EE",
		.told = "key look (a, b) switch \n"
			"failed: switch failed; "
			"see to the folder of 'key-file' and 'cert-file'\n"
			"switch, keys a b -, entered +0, ttl 30, rolls 0\n" },
	{ .name = "switch: the program cannot be told",
		.state = { .step = ROLL_SWITCH }, .fail = "reload", .sights = "EE",
		.told = "key look (a, b) switch reload (b) \n"
			"failed: reload failed; see to what 'reload' runs\n"
			"switch, keys a b -, entered +0, ttl 30, rolls 0\n" },
	{ .name = "switch: the state cannot be saved",
		.state = { .step = ROLL_SWITCH }, .fail = "save", .sights = "EE",
		.told = "key look (a, b) switch reload (b) save (keep) \n"
			"key switched, id k, key b\n"
			"failed: save failed; see to the folder of the state\n"
			"keep, keys b - a, entered +0, began +0, switched +0, ttl 30, "
			"rolls 0\n" },

	/* --- keep --- */
	{ .name = "keep: somebody may still show the old key",
		.state = { .step = ROLL_KEEP, .switched = NOW - 49 },
		.told = "\n"
			"done\n"
			"keep, keys b - a, entered +0, switched -49, ttl 0, rolls 0\n" },
	{ .name = "keep: nobody shows the old key",
		.state = { .step = ROLL_KEEP, .switched = NOW - 50 },
		.told = "save (withdraw) \n"
			"go on\n"
			"withdraw, keys b - a, entered +0, switched -50, ttl 0, rolls 0\n" },

	/* --- withdraw --- */
	{ .name = "withdraw: the key in use cannot be read",
		.state = { .step = ROLL_WITHDRAW }, .fail = "in-use",
		.told = "in-use \n"
			"failed: in-use failed; "
			"correct 'key-file' and 'cert-file', or what is in them\n"
			"withdraw, keys b - a, entered +0, ttl 0, rolls 0\n" },
	{ .name = "withdraw: somebody else has changed the key",
		.state = { .step = ROLL_WITHDRAW }, .in_use = "a",
		.told = "in-use \n"
			"held: the key in use was changed by somebody else, key a; "
			"put the new key back\n"
			"withdraw, keys b - a, entered +0, ttl 0, rolls 0\n" },
	{ .name = "withdraw: not all have answered",
		.state = { .step = ROLL_WITHDRAW }, .in_use = "b", .incomplete = true,
		.told = "in-use look (b, a) \n"
			"held: no answer; see to it\n"
			"withdraw, keys b - a, entered +0, ttl 0, rolls 0\n" },
	{ .name = "withdraw: a server lacks the record in use",
		.state = { .step = ROLL_WITHDRAW }, .in_use = "b", .sights = "PE",
		.told = "in-use look (b, a) \n"
			"held: the record of the key in use is missing: lacks0 lacks it; "
			"publish it again, or see to this server\n"
			"withdraw, keys b - a, entered +0, ttl 0, rolls 0\n" },
	{ .name = "withdraw: the old record is everywhere",
		.state = { .step = ROLL_WITHDRAW }, .in_use = "b", .sights = "EE",
			.has_records = true,
		.told = "in-use look (b, a) save (withdraw, publishing) "
			"publish (-a at x.example in zone0, ttl 20) save (clean) \n"
			"record withdrawn, id k, name x.example, record 3 1 1 a, ttl 20\n"
			"go on\n"
			"clean, keys b - a, entered +0, ttl 0, rolls 0\n" },
	{ .name = "withdraw: it is nowhere",
		.state = { .step = ROLL_WITHDRAW, .publishing = true }, .in_use = "b",
			.sights = "EN",
		.told = "in-use look (b, a) save (clean) \n"
			"go on\n"
			"clean, keys b - a, entered +0, ttl 0, rolls 0\n" },
	{ .name = "withdraw: it cannot be withdrawn",
		.state = { .step = ROLL_WITHDRAW }, .in_use = "b", .fail = "publish",
			.sights = "EP",
		.told = "in-use look (b, a) save (withdraw, publishing) "
			"publish (-a at x.example in zone0, ttl 10) \n"
			"failed: publish failed; see to what publishes the record\n"
			"withdraw, keys b - a, publishing, entered +0, ttl 0, rolls 0\n" },
	{ .name = "withdraw: never that of the key in use",
		.state = { .step = ROLL_WITHDRAW, .old = "b" }, .in_use = "b",
			.sights = "EE",
		.told = "in-use look (b, b) \n"
			"held: the key to withdraw is in use; report this\n"
			"withdraw, keys b - b, entered +0, ttl 0, rolls 0\n" },

	/* --- clean --- */
	{ .name = "clean: the key in use cannot be read",
		.state = { .step = ROLL_CLEAN }, .fail = "in-use",
		.told = "in-use \n"
			"failed: in-use failed; "
			"correct 'key-file' and 'cert-file', or what is in them\n"
			"clean, keys b - a, entered +0, ttl 0, rolls 0\n" },
	{ .name = "clean: somebody else has changed the key",
		.state = { .step = ROLL_CLEAN }, .in_use = "a",
		.told = "in-use \n"
			"held: the key in use was changed by somebody else, key a; "
			"put the new key back\n"
			"clean, keys b - a, entered +0, ttl 0, rolls 0\n" },
	{ .name = "clean: not all have answered",
		.state = { .step = ROLL_CLEAN }, .in_use = "b", .incomplete = true,
		.told = "in-use look (b, a) \n"
			"held: no answer; see to it\n"
			"clean, keys b - a, entered +0, ttl 0, rolls 0\n" },
	{ .name = "clean: a server lacks the record in use",
		.state = { .step = ROLL_CLEAN }, .in_use = "b", .sights = "PN",
		.told = "in-use look (b, a) \n"
			"held: the record of the key in use is missing: lacks0 lacks it; "
			"publish it again, or see to this server\n"
			"clean, keys b - a, entered +0, ttl 0, rolls 0\n" },
	{ .name = "clean: it is on its way",
		.state = { .step = ROLL_CLEAN }, .in_use = "b", .sights = "EP", .age = 3599,
		.told = "in-use look (b, a) \n"
			"done\n"
			"clean, keys b - a, entered -3599, ttl 0, rolls 0\n" },
	{ .name = "clean: a server has it for long",
		.state = { .step = ROLL_CLEAN }, .in_use = "b", .sights = "EP", .age = 3600,
		.told = "in-use look (b, a) \n"
			"held: the record of the old key is still there: has1 has it; "
			"see to this server\n"
			"clean, keys b - a, entered -3600, ttl 0, rolls 0\n" },
	{ .name = "clean: all have it again",
		.state = { .step = ROLL_CLEAN }, .in_use = "b", .sights = "EE", .age = 3600,
		.told = "in-use look (b, a) save (withdraw) \n"
			"go on\n"
			"withdraw, keys b - a, entered +0, ttl 0, rolls 0\n" },
	{ .name = "clean: it is nowhere",
		.state = { .step = ROLL_CLEAN, .published = 4, .seen = 3, .ttl = 2,
			.switched = 1, .rolls = 7 }, .in_use = "b", .sights = "EN",
		.told = "in-use look (b, a) delete-old save (idle) \n"
			"old key deleted, id k, key a\n"
			"go on\n"
			"idle, keys b - -, entered +0, ttl 0, rolls 8\n" },
	{ .name = "clean: the old key cannot be deleted",
		.state = { .step = ROLL_CLEAN }, .in_use = "b", .fail = "delete-old",
			.sights = "EN",
		.told = "in-use look (b, a) delete-old \n"
			"failed: delete-old failed; "
			"see to the folder of 'key-file' and 'cert-file'\n"
			"clean, keys b - a, entered +0, ttl 0, rolls 0\n" },

	/* --- abort --- */
	{ .name = "abort: the key cannot be read",
		.state = { .step = ROLL_ABORT }, .fail = "key",
		.told = "key \n"
			"failed: key failed; correct 'key-file', or what is in it\n"
			"abort, keys a b -, entered +0, ttl 0, rolls 0\n" },
	{ .name = "abort: the next key is in use",
		.state = { .step = ROLL_ABORT }, .key = "b",
		.told = "key \n"
			"held: the next key is in use already; "
			"put the old key back first\n"
			"abort, keys a b -, entered +0, ttl 0, rolls 0\n" },
	{ .name = "abort: not all have answered",
		.state = { .step = ROLL_ABORT }, .incomplete = true,
		.told = "key look (b) \n"
			"held: no answer; see to it\n"
			"abort, keys a b -, entered +0, ttl 0, rolls 0\n" },
	{ .name = "abort: its record may be on its way",
		.state = { .step = ROLL_ABORT }, .sights = "N-",
		.told = "key look (b) save (abort, publishing) "
			"publish (-b at x.example in zone0, ttl 10, again) save (abort) \n"
			"record withdrawn, id k, name x.example, record 3 1 1 b, ttl 10\n"
			"done\n"
			"abort, keys a b -, entered +0, published +0, ttl 0, rolls 0\n" },
	{ .name = "abort: it cannot be withdrawn",
		.state = { .step = ROLL_ABORT }, .fail = "publish", .sights = "P-",
		.told = "key look (b) save (abort, publishing) "
			"publish (-b at x.example in zone0, ttl 10, again) \n"
			"failed: publish failed; see to what publishes the record\n"
			"abort, keys a b -, publishing, entered +0, ttl 0, rolls 0\n" },
	{ .name = "abort: the state cannot be saved afterwards",
		.state = { .step = ROLL_ABORT }, .fail = "save", .sights = "P-", .at = 2,
		.told = "key look (b) save (abort, publishing) "
			"publish (-b at x.example in zone0, ttl 10, again) save (abort) \n"
			"record withdrawn, id k, name x.example, record 3 1 1 b, ttl 10\n"
			"failed: save failed; see to the folder of the state\n"
			"abort, keys a b -, entered +0, published +0, ttl 0, rolls 0\n" },
	{ .name = "abort: servers still have it",
		.state = { .step = ROLL_ABORT, .published = 1 }, .sights = "P-", .age = 3599,
		.told = "key look (b) \n"
			"done\n"
			"abort, keys a b -, entered -3599, published at 1, ttl 0, rolls "
			"0\n" },
	{ .name = "abort: a server has it for long",
		.state = { .step = ROLL_ABORT, .published = NOW - 9 }, .sights = "P-",
			.age = 3600,
		.told = "key look (b) \n"
			"held: the record of the next key is still there: has0 has it; "
			"see to this server\n"
			"abort, keys a b -, entered -3600, published -9, ttl 0, rolls 0\n" },
	{ .name = "abort: all have it again",
		.state = { .step = ROLL_ABORT, .published = NOW - 9 }, .sights = "E-",
			.age = 3600,
		.told = "key look (b) save (abort, publishing) "
			"publish (-b at x.example in zone0, ttl 10, again) save (abort) \n"
			"record withdrawn, id k, name x.example, record 3 1 1 b, ttl 10\n"
			"done\n"
			"abort, keys a b -, entered +0, published +0, ttl 0, rolls 0\n" },
	{ .name = "abort: it is nowhere",
		.state = { .step = ROLL_ABORT, .published = NOW - 9, .seen = 3, .ttl = 2,
			.began = 1, .publishing = true }, .sights = "N-",
		.told = "key look (b) delete-next save (idle) \n"
			"roll given up, next key deleted, id k, key b\n"
			"go on\n"
			"idle, keys a - -, entered +0, began +0, ttl 0, rolls 0\n" },
	{ .name = "abort: the next key cannot be deleted",
		.state = { .step = ROLL_ABORT, .published = NOW - 9 }, .fail = "delete-next",
			.sights = "N-",
		.told = "key look (b) delete-next \n"
			"failed: delete-next failed; "
			"see to the folder of 'key-file' and 'cert-file'\n"
			"abort, keys a b -, entered +0, published -9, ttl 0, rolls 0\n" },
