"""What an application written with ldap3 sends. Reads the order from standard input, writes what came of it."""
import json
import ssl
import sys
from uuid import UUID

from ldap3 import (
    ALL,
    ALL_ATTRIBUTES,
    ALL_OPERATIONAL_ATTRIBUTES,
    ASYNC,
    LEVEL,
    RESTARTABLE,
    SUBTREE,
    AUTO_BIND_NONE,
    Connection,
    ObjectDef,
    Reader,
    Server,
    Tls,
)
from ldap3.core.exceptions import LDAPException
from ldap3.utils.conv import escape_filter_chars

order = json.load(sys.stdin)
base = "o=icewarp"
users = "ou=users,o=icewarp"
reader = {"user": order["reader"]["dn"], "password": order["reader"]["password"]}


def server(name, ca_file=order["caFile"]):
    tls = Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=ca_file, version=ssl.PROTOCOL_TLS_CLIENT)
    return Server(order[name], get_info=ALL, tls=tls, connect_timeout=10)


def connect(where, **options):
    return Connection(where, auto_bind=AUTO_BIND_NONE, receive_timeout=10, **{**reader, **options})


def secured():
    answers = {}
    for name in ("starttls", "ldaps"):
        connection = connect(server(name), user="alice@example.com", password="alice-demo")
        connection.open()
        if name == "starttls":
            connection.start_tls()
        answers[name] = [connection.bind(), connection.extend.standard.who_am_i()]
        answers[name].append(connection.rebind("bob@example.com", "bob-demo") and connection.extend.standard.who_am_i())
        refused = connection.rebind("bob@example.com", "wrong")
        answers[name] += [refused, connection.result["result"]]
        connection.unbind()
        try:
            stranger = connect(server(name, order["strangerCaFile"]))
            stranger.open()
            answers[name].append(stranger.start_tls() if name == "starttls" else "connected")
        except LDAPException as error:
            answers[name].append(type(error).__name__)
    return answers


def schema(connection):
    described = connection.server.schema
    info = connection.server.info
    connection.search(base, "(objectClass=*)", SUBTREE, attributes=[ALL_ATTRIBUTES, ALL_OPERATIONAL_ATTRIBUTES])
    undescribed = {name for entry in connection.entries for name in entry.entry_attributes
                   if name not in described.attribute_types}
    connection.search(users, "(uid=alice@example.com)", attributes=["entryUUID", "modifyTimestamp", "accountEnabled", "mail"])
    alice = connection.entries[0]
    person = ObjectDef(["inetOrgPerson", "icewarpAccount"], connection)
    group = ObjectDef(["groupOfNames"], connection)
    people = Reader(connection, person, users, "uid: bob@example.com;zoe@example.com").search()
    return {
        "contexts": info.naming_contexts,
        "versions": [int(version) for version in info.supported_ldap_versions],
        "paging": any(control[0] == "1.2.840.113556.1.4.319" for control in info.supported_controls),
        "whoami": any(extension[0] == "1.3.6.1.4.1.4203.1.11.3" for extension in info.supported_extensions),
        "classes": sorted(name for name in ("inetOrgPerson", "groupOfNames", "icewarpAccount") if name in described.object_classes),
        "undescribed": sorted(undescribed),
        "uuid": str(UUID(str(alice.entryUUID.value))) == str(alice.entryUUID.value).strip("{}"),
        "time": alice.modifyTimestamp.value.tzinfo is not None and alice.modifyTimestamp.value.year > 2020,
        "enabled": alice.accountEnabled.value,
        "people": sorted(str(entry.cn) for entry in people),
        "groupMust": [attribute.name for attribute in group if attribute.mandatory],
    }


def paged(connection):
    asked = {"search_base": users, "search_filter": "(uid=*)", "search_scope": LEVEL, "attributes": ["uid"]}
    found = connection.extend.standard.paged_search(**asked, paged_size=4, paged_criticality=True, generator=True)
    dns = [each["dn"] for each in found]
    connection.search(**asked)
    return {"paged": dns, "whole": [entry.entry_dn for entry in connection.entries]}


def asynchronous(_):
    connection = connect(server("ldap"), client_strategy=ASYNC)
    connection.open()
    connection.bind()
    names = ["alice", "bob", "dave", "zoe"] * 5
    messages = [connection.search(users, f"(uid={name}@example.com)", attributes=["uid"]) for name in names]
    answers = [connection.get_response(message)[0][0]["attributes"]["uid"] for message in reversed(messages)]
    missed = connection.search(users, f"(cn={escape_filter_chars('(*)')})", attributes=["uid"])
    compared = connection.compare("uid=bob@example.com," + users, "mail", "robert@example.com")
    result = {
        "right": answers == [[f"{name}@example.com"] for name in reversed(names)],
        "missed": len(connection.get_response(missed)[0]),
        "compared": connection.get_response(compared)[1]["description"],
    }
    connection.unbind()
    return result


def restarting(_):
    connection = connect(server("ldap"), client_strategy=RESTARTABLE)
    connection.bind()
    connection.search(users, "(uid=alice@example.com)", attributes=["cn"])
    first = len(connection.entries)
    connection.socket.close()
    connection.search(users, "(uid=alice@example.com)", attributes=["cn"])
    return [first, len(connection.entries), connection.extend.standard.who_am_i()]


if order["step"] == "secured":
    answer = secured()
else:
    bound = connect(server("ldap"))
    bound.bind()
    steps = {each.__name__: each for each in (schema, paged, asynchronous, restarting)}
    answer = steps[order["step"]](bound)
    bound.unbind()
json.dump(answer, sys.stdout)
