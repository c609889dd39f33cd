/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Situations of test_roll_step.c before the switch,
 * and what comes of each: the calls in one line, the news, how the step ends, and the state that
 * it leaves. */

/* clang-format off */

	/* --- adopt --- */
	{ .name = "adopt: the key in use cannot be read",
		.state = { .step = ROLL_ADOPT }, .fail = "in-use",
		.told = "in-use \n"
			"failed: in-use failed; "
			"create the first key and certificate, or correct 'key-file' and "
			"'cert-file'\n"
			"adopt, keys a - -, entered +0, ttl 0, rolls 0\n" },
	{ .name = "adopt: another key than before",
		.state = { .step = ROLL_ADOPT, .published = NOW - 9, .seen = NOW - 8,
			.ttl = 7 }, .in_use = "c", .sights = "N-",
		.told = "in-use look (c) save (adopt, publishing) "
			"publish (+c at x.example in zone0, ttl 10) save (adopt) \n"
			"record published, id k, name x.example, record 3 1 1 c, ttl 10\n"
			"done\n"
			"adopt, keys c - -, entered +0, published +0, ttl 30, rolls 0\n" },
	{ .name = "adopt: not all have answered",
		.state = { .step = ROLL_ADOPT, .published = NOW - 9, .seen = NOW - 8,
			.ttl = 50 }, .sights = "E-", .incomplete = true,
		.told = "in-use look (a) save (adopt) \n"
			"held: no answer; see to it\n"
			"adopt, keys a - -, entered +0, published -9, seen -8, ttl 50, "
			"rolls 0\n" },
	{ .name = "adopt: not all have answered, and one of them lacks it",
		.state = { .step = ROLL_ADOPT, .published = NOW - 9, .seen = NOW - 8,
			.ttl = 7 }, .sights = "P-", .incomplete = true,
		.told = "in-use look (a) save (adopt) \n"
			"held: no answer; see to it\n"
			"adopt, keys a - -, entered +0, published -9, ttl 30, rolls 0\n" },
	{ .name = "adopt: the same without a place for the state",
		.state = { .step = ROLL_ADOPT, .published = NOW - 9, .seen = NOW - 8,
			.ttl = 7 }, .fail = "save", .sights = "P-", .incomplete = true,
		.told = "in-use look (a) save (adopt) \n"
			"failed: save failed; see to the folder of the state\n"
			"adopt, keys a - -, entered +0, published -9, ttl 30, rolls 0\n" },
	{ .name = "adopt: the record was there already",
		.state = { .step = ROLL_ADOPT }, .sights = "E-",
		.told = "in-use look (a) save (idle) \n"
			"key taken over, id k, key a\n"
			"go on\n"
			"idle, keys a - -, entered +0, began +0, ttl 0, rolls 0\n" },
	{ .name = "adopt: the record is there, and was not",
		.state = { .step = ROLL_ADOPT, .published = NOW - 100, .ttl = 50 },
			.sights = "E-",
		.told = "in-use look (a) save (adopt) \n"
			"done\n"
			"adopt, keys a - -, entered +0, published -100, seen +0, ttl 50, "
			"rolls 0\n" },
	{ .name = "adopt: the same, and the state cannot be saved",
		.state = { .step = ROLL_ADOPT, .published = NOW - 100, .ttl = 50 },
			.fail = "save", .sights = "E-",
		.told = "in-use look (a) save (adopt) \n"
			"failed: save failed; see to the folder of the state\n"
			"adopt, keys a - -, entered +0, published -100, seen +0, ttl 50, "
			"rolls 0\n" },
	{ .name = "adopt: its absence may be remembered",
		.state = { .step = ROLL_ADOPT, .published = NOW - 100, .seen = NOW - 49,
			.ttl = 50 }, .sights = "E-",
		.told = "in-use look (a) save (adopt) \n"
			"done\n"
			"adopt, keys a - -, entered +0, published -100, seen -49, ttl 50, "
			"rolls 0\n" },
	{ .name = "adopt: its absence is forgotten",
		.state = { .step = ROLL_ADOPT, .published = NOW - 100, .seen = NOW - 50,
			.ttl = 50 }, .sights = "E-",
		.told = "in-use look (a) save (idle) \n"
			"key taken over, id k, key a\n"
			"go on\n"
			"idle, keys a - -, entered +0, began +0, ttl 0, rolls 0\n" },
	{ .name = "adopt: it is nowhere",
		.state = { .step = ROLL_ADOPT, .ttl = 5 }, .sights = "N-",
		.told = "in-use look (a) save (adopt, publishing) "
			"publish (+a at x.example in zone0, ttl 10) save (adopt) \n"
			"record published, id k, name x.example, record 3 1 1 a, ttl 10\n"
			"done\n"
			"adopt, keys a - -, entered +0, published +0, ttl 30, rolls 0\n" },
	{ .name = "adopt: it was everywhere before",
		.state = { .step = ROLL_ADOPT, .published = NOW - 1, .seen = NOW - 1,
			.ttl = 500 }, .sights = "P-",
		.told = "in-use look (a) save (adopt) \n"
			"done\n"
			"adopt, keys a - -, entered +0, published -1, ttl 500, rolls 0\n" },
	{ .name = "adopt: it cannot be published",
		.state = { .step = ROLL_ADOPT }, .fail = "publish", .sights = "N-",
		.told = "in-use look (a) save (adopt, publishing) "
			"publish (+a at x.example in zone0, ttl 10) \n"
			"failed: publish failed; see to what publishes the record\n"
			"adopt, keys a - -, publishing, entered +0, ttl 30, rolls 0\n" },
	{ .name = "adopt: the state cannot be saved before it is",
		.state = { .step = ROLL_ADOPT }, .fail = "save", .sights = "N-",
		.told = "in-use look (a) save (adopt, publishing) \n"
			"failed: save failed; see to the folder of the state\n"
			"adopt, keys a - -, publishing, entered +0, ttl 30, rolls 0\n" },
	{ .name = "adopt: the state cannot be saved after it is",
		.state = { .step = ROLL_ADOPT }, .fail = "save", .sights = "N-", .at = 2,
		.told = "in-use look (a) save (adopt, publishing) "
			"publish (+a at x.example in zone0, ttl 10) save (adopt) \n"
			"record published, id k, name x.example, record 3 1 1 a, ttl 10\n"
			"failed: save failed; see to the folder of the state\n"
			"adopt, keys a - -, entered +0, published +0, ttl 30, rolls 0\n" },
	{ .name = "adopt: it is on its way",
		.state = { .step = ROLL_ADOPT, .published = NOW - 1 }, .sights = "N-",
			.age = 3599,
		.told = "in-use look (a) save (adopt) \n"
			"done\n"
			"adopt, keys a - -, entered -3599, published -1, ttl 30, rolls 0\n" },
	{ .name = "adopt: it was lost",
		.state = { .step = ROLL_ADOPT, .published = NOW - 1 }, .sights = "N-",
			.age = 3600,
		.told = "in-use look (a) save (adopt, publishing) "
			"publish (+a at x.example in zone0, ttl 10) save (adopt) \n"
			"record published, id k, name x.example, record 3 1 1 a, ttl 10\n"
			"done\n"
			"adopt, keys a - -, entered +0, published +0, ttl 30, rolls 0\n" },
	{ .name = "adopt: a server lacks it for long",
		.state = { .step = ROLL_ADOPT, .published = NOW - 1 }, .sights = "P-",
			.age = 3600,
		.told = "in-use look (a) save (adopt) \n"
			"held: the record of the key in use is not everywhere: lacks0 "
			"lacks it; see to this server\n"
			"adopt, keys a - -, entered -3600, published -1, ttl 30, rolls 0\n" },

	/* --- idle --- */
	{ .name = "idle: the key in use cannot be read",
		.state = { .step = ROLL_IDLE }, .fail = "in-use",
		.told = "in-use \n"
			"failed: in-use failed; "
			"correct 'key-file' and 'cert-file', or what is in them\n"
			"idle, keys a - -, entered +0, ttl 0, rolls 0\n" },
	{ .name = "idle: somebody else has changed the key",
		.state = { .step = ROLL_IDLE }, .in_use = "c",
		.told = "in-use save (adopt) \n"
			"key was changed by somebody else, id k, key c\n"
			"go on\n"
			"adopt, keys a - -, entered +0, ttl 0, rolls 0\n" },
	{ .name = "idle: the same, and the state cannot be saved",
		.state = { .step = ROLL_IDLE }, .in_use = "c", .fail = "save",
		.told = "in-use save (adopt) \n"
			"key was changed by somebody else, id k, key c\n"
			"failed: save failed; see to the folder of the state\n"
			"adopt, keys a - -, entered +0, ttl 0, rolls 0\n" },
	{ .name = "idle: nothing is due",
		.state = { .step = ROLL_IDLE, .began = NOW - 999 },
		.told = "in-use \n"
			"done\n"
			"idle, keys a - -, entered +0, began -999, ttl 0, rolls 0\n" },
	{ .name = "idle: nothing is due, and there is no roll to give up",
		.state = { .step = ROLL_IDLE, .began = NOW - 999 }, .wish = ROLL_GIVE_UP,
		.told = "in-use \n"
			"done\n"
			"idle, keys a - -, entered +0, began -999, ttl 0, rolls 0\n" },
	{ .name = "idle: a roll is wanted now",
		.state = { .step = ROLL_IDLE, .began = NOW - 999 }, .wish = ROLL_NOW,
			.sights = "E-",
		.told = "in-use look (a) make save (publish) \n"
			"next key made, id k, key b\n"
			"go on, the wish is granted\n"
			"publish, keys a b -, entered +0, began -999, ttl 0, rolls 0\n" },
	{ .name = "idle: a roll is due",
		.state = { .step = ROLL_IDLE, .began = NOW - 1000, .published = 4, .seen = 3,
			.ttl = 2, .switched = 1 }, .sights = "E-",
		.told = "in-use look (a) make save (publish) \n"
			"next key made, id k, key b\n"
			"go on\n"
			"publish, keys a b -, entered +0, began -1000, ttl 0, rolls 0\n" },
	{ .name = "idle: not all have answered",
		.state = { .step = ROLL_IDLE }, .incomplete = true,
		.told = "in-use look (a) \n"
			"held: no answer; see to it\n"
			"idle, keys a - -, entered +0, ttl 0, rolls 0\n" },
	{ .name = "idle: a server lacks the record in use",
		.state = { .step = ROLL_IDLE }, .sights = "P-",
		.told = "in-use look (a) \n"
			"held: the record of the key in use is missing: lacks0 lacks it; "
			"publish it again, or see to this server\n"
			"idle, keys a - -, entered +0, ttl 0, rolls 0\n" },
	{ .name = "idle: no key can be made",
		.state = { .step = ROLL_IDLE }, .fail = "make", .sights = "E-",
		.told = "in-use look (a) make \n"
			"failed: make failed; see to the folder of 'key-file' and "
			"'cert-file'\n"
			"idle, keys a - -, entered +0, ttl 0, rolls 0\n" },
	{ .name = "idle: the key that is there is the one in use",
		.state = { .step = ROLL_IDLE }, .made = "a", .sights = "E-",
		.told = "in-use look (a) make \n"
			"held: the next key is the one in use; "
			"remove the files that end in .next\n"
			"idle, keys a - -, entered +0, ttl 0, rolls 0\n" },

	/* --- publish --- */
	{ .name = "publish: the key in use cannot be read",
		.state = { .step = ROLL_PUBLISH }, .fail = "in-use",
		.told = "in-use \n"
			"failed: in-use failed; "
			"correct 'key-file' and 'cert-file', or what is in them\n"
			"publish, keys a b -, entered +0, ttl 0, rolls 0\n" },
	{ .name = "publish: somebody else has changed the key",
		.state = { .step = ROLL_PUBLISH }, .in_use = "c",
		.told = "in-use \n"
			"held: the key in use was changed by somebody else, key c; "
			"put it back, or give this roll up: dance roll --abort\n"
			"publish, keys a b -, entered +0, ttl 0, rolls 0\n" },
	{ .name = "publish: the next key cannot be read",
		.state = { .step = ROLL_PUBLISH }, .fail = "make",
		.told = "in-use make \n"
			"failed: make failed; see to the folder of 'key-file' and "
			"'cert-file'\n"
			"publish, keys a b -, entered +0, ttl 0, rolls 0\n" },
	{ .name = "publish: the next key is another one",
		.state = { .step = ROLL_PUBLISH }, .made = "c",
		.told = "in-use make \n"
			"held: the file of the next key is gone or has another key; "
			"give this roll up: dance roll --abort\n"
			"publish, keys a b -, entered +0, ttl 0, rolls 0\n" },
	{ .name = "publish: not all have answered",
		.state = { .step = ROLL_PUBLISH }, .incomplete = true,
		.told = "in-use make look (a, b) \n"
			"held: no answer; see to it\n"
			"publish, keys a b -, entered +0, ttl 0, rolls 0\n" },
	{ .name = "publish: a server lacks the record in use",
		.state = { .step = ROLL_PUBLISH }, .sights = "PE",
		.told = "in-use make look (a, b) \n"
			"held: the record of the key in use is missing: lacks0 lacks it; "
			"publish it again, or see to this server\n"
			"publish, keys a b -, entered +0, ttl 0, rolls 0\n" },
	{ .name = "publish: it is nowhere",
		.state = { .step = ROLL_PUBLISH, .seen = NOW - 3, .ttl = 5 }, .sights = "EN",
		.told = "in-use make look (a, b) save (publish, publishing) "
			"publish (+b at x.example in zone0, ttl 10) save (spread) \n"
			"record published, id k, name x.example, record 3 1 1 b, ttl 10\n"
			"go on\n"
			"spread, keys a b -, entered +0, published +0, ttl 30, rolls 0\n" },
	{ .name = "publish: the longest TTL counts",
		.state = { .step = ROLL_PUBLISH, .ttl = 31 }, .sights = "EN",
		.told = "in-use make look (a, b) save (publish, publishing) "
			"publish (+b at x.example in zone0, ttl 10) save (spread) \n"
			"record published, id k, name x.example, record 3 1 1 b, ttl 10\n"
			"go on\n"
			"spread, keys a b -, entered +0, published +0, ttl 31, rolls 0\n" },
	{ .name = "publish: it may be there from a run that was interrupted",
		.state = { .step = ROLL_PUBLISH, .publishing = true }, .sights = "EN",
		.told = "in-use make look (a, b) save (publish, publishing) "
			"publish (+b at x.example in zone0, ttl 10, again) save "
			"(spread) \n"
			"record published, id k, name x.example, record 3 1 1 b, ttl 10\n"
			"go on\n"
			"spread, keys a b -, entered +0, published +0, ttl 30, rolls 0\n" },
	{ .name = "publish: there are other records",
		.state = { .step = ROLL_PUBLISH }, .sights = "EP", .has_records = true,
		.told = "in-use make look (a, b) save (publish, publishing) "
			"publish (+b at x.example in zone0, ttl 20) save (spread) \n"
			"record published, id k, name x.example, record 3 1 1 b, ttl 20\n"
			"go on\n"
			"spread, keys a b -, entered +0, published +0, ttl 30, rolls 0\n" },
	{ .name = "publish: at two names",
		.state = { .step = ROLL_PUBLISH }, .sights = "EN", .names = 2,
		.told = "in-use make look (a, b) save (publish, publishing) "
			"publish (+b at x.example in zone0, ttl 10) "
			"publish (+b at y.example in zone1, ttl 10) save (spread) \n"
			"record published, id k, name x.example, record 3 1 1 b, ttl 10\n"
			"record published, id k, name y.example, record 3 1 1 b, ttl 10\n"
			"go on\n"
			"spread, keys a b -, entered +0, published +0, ttl 30, rolls 0\n" },
	{ .name = "publish: it cannot be published",
		.state = { .step = ROLL_PUBLISH }, .fail = "publish", .sights = "EN",
		.told = "in-use make look (a, b) save (publish, publishing) "
			"publish (+b at x.example in zone0, ttl 10) \n"
			"failed: publish failed; see to what publishes the record\n"
			"publish, keys a b -, publishing, entered +0, ttl 30, rolls 0\n" },
	{ .name = "publish: it cannot be published at the second name",
		.state = { .step = ROLL_PUBLISH }, .fail = "publish", .sights = "EN",
			.names = 2, .at = 2,
		.told = "in-use make look (a, b) save (publish, publishing) "
			"publish (+b at x.example in zone0, ttl 10) "
			"publish (+b at y.example in zone1, ttl 10) \n"
			"record published, id k, name x.example, record 3 1 1 b, ttl 10\n"
			"failed: publish failed; see to what publishes the record\n"
			"publish, keys a b -, publishing, entered +0, ttl 30, rolls 0\n" },
	{ .name = "publish: the state cannot be saved",
		.state = { .step = ROLL_PUBLISH }, .fail = "save", .sights = "EN",
		.told = "in-use make look (a, b) save (publish, publishing) \n"
			"failed: save failed; see to the folder of the state\n"
			"publish, keys a b -, publishing, entered +0, ttl 30, rolls 0\n" },
	{ .name = "publish: it is everywhere",
		.state = { .step = ROLL_PUBLISH, .publishing = true, .seen = NOW - 3 },
			.sights = "EE",
		.told = "in-use make look (a, b) save (spread) \n"
			"go on\n"
			"spread, keys a b -, entered +0, published +0, ttl 30, rolls 0\n" },

	/* --- spread --- */
	{ .name = "spread: the key in use cannot be read",
		.state = { .step = ROLL_SPREAD }, .fail = "in-use",
		.told = "in-use \n"
			"failed: in-use failed; "
			"correct 'key-file' and 'cert-file', or what is in them\n"
			"spread, keys a b -, entered +0, ttl 0, rolls 0\n" },
	{ .name = "spread: somebody else has changed the key",
		.state = { .step = ROLL_SPREAD }, .in_use = "c",
		.told = "in-use \n"
			"held: the key in use was changed by somebody else, key c; "
			"put it back, or give this roll up: dance roll --abort\n"
			"spread, keys a b -, entered +0, ttl 0, rolls 0\n" },
	{ .name = "spread: the next key cannot be read",
		.state = { .step = ROLL_SPREAD }, .fail = "make",
		.told = "in-use make \n"
			"failed: make failed; see to the folder of 'key-file' and "
			"'cert-file'\n"
			"spread, keys a b -, entered +0, ttl 0, rolls 0\n" },
	{ .name = "spread: the next key is another one",
		.state = { .step = ROLL_SPREAD }, .made = "c",
		.told = "in-use make \n"
			"held: the file of the next key is gone or has another key; "
			"give this roll up: dance roll --abort\n"
			"spread, keys a b -, entered +0, ttl 0, rolls 0\n" },
	{ .name = "spread: not all have answered",
		.state = { .step = ROLL_SPREAD }, .incomplete = true,
		.told = "in-use make look (a, b) save (spread) \n"
			"held: no answer; see to it\n"
			"spread, keys a b -, entered +0, ttl 30, rolls 0\n" },
	{ .name = "spread: not all have answered, and a server lacks it",
		.state = { .step = ROLL_SPREAD, .seen = NOW - 3, .ttl = 40 }, .sights = "EP",
			.incomplete = true,
		.told = "in-use make look (a, b) save (spread) \n"
			"held: no answer; see to it\n"
			"spread, keys a b -, entered +0, ttl 40, rolls 0\n" },
	{ .name = "spread: a server lacks the record in use",
		.state = { .step = ROLL_SPREAD }, .sights = "PE",
		.told = "in-use make look (a, b) save (spread) \n"
			"held: the record of the key in use is missing: lacks0 lacks it; "
			"publish it again, or see to this server\n"
			"spread, keys a b -, entered +0, ttl 30, rolls 0\n" },
	{ .name = "spread: a server lacks both records",
		.state = { .step = ROLL_SPREAD, .seen = NOW - 3 }, .sights = "PP",
		.told = "in-use make look (a, b) save (spread) \n"
			"held: the record of the key in use is missing: lacks0 lacks it; "
			"publish it again, or see to this server\n"
			"spread, keys a b -, entered +0, ttl 30, rolls 0\n" },
	{ .name = "spread: it is on its way",
		.state = { .step = ROLL_SPREAD, .published = NOW - 5, .seen = NOW - 3 },
			.sights = "EP", .age = 3599,
		.told = "in-use make look (a, b) save (spread) \n"
			"done\n"
			"spread, keys a b -, entered -3599, published -5, ttl 30, rolls "
			"0\n" },
	{ .name = "spread: the same, and the state cannot be saved",
		.state = { .step = ROLL_SPREAD }, .fail = "save", .sights = "EP",
		.told = "in-use make look (a, b) save (spread) \n"
			"failed: save failed; see to the folder of the state\n"
			"spread, keys a b -, entered +0, ttl 30, rolls 0\n" },
	{ .name = "spread: it was lost",
		.state = { .step = ROLL_SPREAD }, .sights = "EN", .age = 3600,
		.told = "in-use make look (a, b) save (spread) save (publish) \n"
			"go on\n"
			"publish, keys a b -, entered +0, ttl 30, rolls 0\n" },
	{ .name = "spread: a server lacks it for long",
		.state = { .step = ROLL_SPREAD }, .sights = "EP", .age = 3600,
		.told = "in-use make look (a, b) save (spread) \n"
			"held: the record of the next key is not everywhere: lacks1 lacks "
			"it; see to this server\n"
			"spread, keys a b -, entered -3600, ttl 30, rolls 0\n" },
	{ .name = "spread: all have it now",
		.state = { .step = ROLL_SPREAD, .ttl = 5 }, .sights = "EE",
		.told = "in-use make look (a, b) save (spread) \n"
			"record of the next key seen everywhere, id k, key b, servers 3, "
			"ttl 30\n"
			"done\n"
			"spread, keys a b -, entered +0, seen +0, ttl 30, rolls 0\n" },
	{ .name = "spread: all have it now, and the state cannot be saved",
		.state = { .step = ROLL_SPREAD }, .fail = "save", .sights = "EE",
		.told = "in-use make look (a, b) save (spread) \n"
			"record of the next key seen everywhere, id k, key b, servers 3, "
			"ttl 30\n"
			"failed: save failed; see to the folder of the state\n"
			"spread, keys a b -, entered +0, seen +0, ttl 30, rolls 0\n" },
	{ .name = "spread: all have it still",
		.state = { .step = ROLL_SPREAD, .seen = NOW - 61, .ttl = 31 },
			.sights = "EE",
		.told = "in-use make look (a, b) save (spread) \n"
			"done\n"
			"spread, keys a b -, entered +0, seen -61, ttl 31, rolls 0\n" },
	{ .name = "spread: all have had it for long enough",
		.state = { .step = ROLL_SPREAD, .seen = NOW - 62, .ttl = 31 },
			.sights = "EE",
		.told = "in-use make look (a, b) save (switch) \n"
			"go on\n"
			"switch, keys a b -, entered +0, seen -62, ttl 31, rolls 0\n" },
