import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.naming.Context;
import javax.naming.NamingException;
import javax.naming.directory.SearchControls;
import javax.naming.ldap.BasicControl;
import javax.naming.ldap.Control;
import javax.naming.ldap.InitialLdapContext;
import javax.naming.ldap.LdapContext;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.StartTlsRequest;
import javax.naming.ldap.StartTlsResponse;

/** The requests of Keycloak's LDAP federation, by the client that it uses: JNDI. Reads the order from standard input. */
class KeycloakRequests {
    static final String USERS = "ou=users,o=icewarp";
    static final String CLASSES = "(objectclass=inetOrgPerson)(objectclass=organizationalPerson)";
    static final String[] ATTRIBUTES = {
        "uid", "mail", "givenName", "sn", "cn", "entryUUID", "createTimestamp", "modifyTimestamp", "memberOf", "objectclass",
        "accountEnabled", "pwdChangedTime", "pwdLastSet", "pwdUpdateTime",
    };

    public static void main(String[] args) throws Exception {
        JndiSession.begin(Json.readTexts());
        Map<String, Object> answer = switch (JndiSession.settings.getProperty("step")) {
            case "lookups" -> lookups();
            case "listings" -> listings();
            case "members" -> members();
            case "passwords" -> passwords();
            case "failures" -> failures();
            case "startTls" -> startTls();
            case "pool" -> pool();
            case "overrun" -> overrun();
            default -> throw new IllegalArgumentException("no such step");
        };
        System.out.println(Json.write(answer));
    }

    static List<Map<String, Object>> users(String filter) throws Exception {
        return JndiSession.search(USERS, SearchControls.ONELEVEL_SCOPE, filter, ATTRIBUTES);
    }

    static Map<String, Object> lookups() throws Exception {
        Map<String, Object> answer = new LinkedHashMap<>();
        List<Map<String, Object>> byName = users("(&(uid=ALICE@example.com)" + CLASSES + ")");
        answer.put("byName", byName);
        answer.put("byMail", users("(&(mail=alice.archer@EXAMPLE.com)" + CLASSES + ")"));
        String uuid = String.valueOf(((List<?>) byName.get(0).get("entryUUID")).get(0));
        answer.put("byUuid", users("(entryUUID=" + uuid + ")"));
        answer.put("byUuidAndFilter", users("(&(memberOf=cn=LogOn,ou=privileges,o=icewarp)(entryUUID=" + uuid + "))"));
        answer.put("byDn", JndiSession.search("uid=alice@example.com," + USERS, SearchControls.OBJECT_SCOPE, "(&" + CLASSES + ")", ATTRIBUTES));
        answer.put("nobody", users("(&(uid=nobody@example.com)" + CLASSES + ")"));
        answer.put("noUuid", users("(entryUUID=00000000-0000-4000-8000-000000000000)"));
        String surname = JndiSession.escape("Müller-Šťastná");
        answer.put("bySurname", users("(&(sn=" + surname + ")" + CLASSES + ")"));
        List<Map<String, Object>> rootDse = JndiSession.search("", SearchControls.OBJECT_SCOPE, "(objectClass=*)",
            "supportedControl", "supportedExtension", "supportedFeatures");
        answer.put("capabilities", rootDse);
        return answer;
    }

    static Map<String, Object> listings() throws Exception {
        Map<String, Object> answer = new LinkedHashMap<>();
        String word = "(|(uid=al*)(mail=al*)(givenName=al*)(sn=al*))";
        answer.put("console", JndiSession.paged(USERS, "(&" + word + CLASSES + ")", 20, ATTRIBUTES));
        answer.put("exact", JndiSession.paged(USERS, "(&(|(uid=Archer)(mail=Archer)(givenName=Archer)(sn=Archer))" + CLASSES + ")", 20, "uid"));
        answer.put("everybody", JndiSession.paged(USERS, "(&(|(uid=*)(mail=*)(givenName=*)(sn=*))" + CLASSES + ")", 7, "uid"));
        answer.put("field", JndiSession.paged(USERS, "(&(mail=*archer@ex*)" + CLASSES + ")", 20, "uid"));
        answer.put("full", JndiSession.paged(USERS, "(&" + CLASSES + ")", 5, ATTRIBUTES));
        answer.put("unpaged", users("(&" + CLASSES + ")"));
        for (String since : new String[] {"19700101000000.0Z", "20991231235959.0Z"}) {
            String changed = "(|(createTimestamp>=" + since + ")(modifyTimestamp>=" + since + "))";
            answer.put("changed" + since.substring(0, 4), JndiSession.paged(USERS, "(&" + changed + CLASSES + ")", 5, "uid", "entryUUID"));
        }
        return answer;
    }

    static Map<String, Object> members() throws Exception {
        Map<String, Object> answer = new LinkedHashMap<>();
        String member = "(&(member=uid=alice@example.com," + USERS + ")(objectclass=groupOfNames))";
        String[] names = {"cn", "objectclass", "mail", "entryUUID"};
        answer.put("groups", JndiSession.paged("ou=groups,o=icewarp", member, 500, names));
        answer.put("privileges", JndiSession.paged("ou=privileges,o=icewarp", member, 500, names));
        answer.put("roles", JndiSession.paged("ou=roles,o=icewarp", member, 500, names));
        String some = "(&(|(cn=auditors@example.com)(cn=legal-team@example.com))(objectclass=groupOfNames))";
        answer.put("byNames", JndiSession.paged("ou=groups,o=icewarp", some, 500, names));
        answer.put("all", JndiSession.paged("ou=groups,o=icewarp", "(objectclass=groupOfNames)", 2, "cn", "member"));
        answer.put("byMemberOf", JndiSession.paged(USERS, "(&(memberOf=cn=auditors@example.com,ou=groups,o=icewarp)" + CLASSES + ")", 20, "uid"));
        StringBuilder many = new StringBuilder();
        for (int index = 0; index < 62; index++) many.append("(uid=absent").append(index).append("@example.com)");
        String anyOf = "(&(|" + many + "(uid=alice@example.com)(uid=judy@example.org))" + CLASSES + ")";
        answer.put("byManyNames", JndiSession.paged(USERS, anyOf, 64, "uid"));
        return answer;
    }

    static Map<String, Object> passwords() {
        Control policy = new BasicControl("1.3.6.1.4.1.42.2.27.8.5.1", Control.NONCRITICAL, null);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("right", JndiSession.bind("uid=alice@example.com," + USERS, "alice-demo"));
        answer.put("rightWithPolicy", JndiSession.bind("uid=bob@example.com," + USERS, "bob-demo", policy));
        long began = System.nanoTime();
        answer.put("wrong", JndiSession.bind("uid=alice@example.com," + USERS, "wrong"));
        answer.put("wrongMs", (System.nanoTime() - began) / 1_000_000);
        answer.put("wrongWithPolicy", JndiSession.bind("uid=alice@example.com," + USERS, "wrong", policy));
        answer.put("disabled", JndiSession.bind("uid=carol@example.com," + USERS, "carol-demo"));
        answer.put("unknown", JndiSession.bind("uid=nobody@example.com," + USERS, "x"));
        return answer;
    }

    static Map<String, Object> failures() {
        Map<String, Object> answer = new LinkedHashMap<>();
        String[][] asked = {
            {"absentBase", "ou=absent,o=icewarp", "(objectclass=*)"},
            {"badBase", "ou", "(objectclass=*)"},
            {"unknownAttribute", USERS, "(noSuchAttribute=x)"},
            {"badDnInFilter", USERS, "(memberOf=no dn)"},
        };
        for (String[] each : asked) {
            try {
                answer.put(each[0], String.valueOf(JndiSession.search(each[1], SearchControls.ONELEVEL_SCOPE, each[2], "uid").size()));
            } catch (NamingException error) {
                answer.put(each[0], JndiSession.codeOf(error));
            } catch (Exception error) {
                answer.put(each[0], error.getClass().getSimpleName());
            }
        }
        answer.put("wrongService", JndiSession.bind(JndiSession.settings.getProperty("dn"), "wrong"));
        return answer;
    }

    /** A listing that the server will not give: no entries and no exception would be taken for an empty directory. */
    static Map<String, Object> overrun() throws Exception {
        Map<String, Object> answer = new LinkedHashMap<>();
        try {
            answer.put("unpaged", String.valueOf(users("(&" + CLASSES + ")").size()));
        } catch (NamingException error) {
            answer.put("unpaged", JndiSession.codeOf(error));
        }
        try {
            Map<?, ?> listing = JndiSession.paged(USERS, "(&" + CLASSES + ")", 2, ATTRIBUTES);
            answer.put("paged", String.valueOf(((List<?>) listing.get("rows")).size()));
        } catch (NamingException error) {
            answer.put("paged", JndiSession.codeOf(error));
        }
        return answer;
    }

    static Map<String, Object> startTls() throws Exception {
        LdapContext context = new InitialLdapContext(JndiSession.environment(JndiSession.settings.getProperty("startTlsUrl"), null, null, false), null);
        StartTlsResponse tls = (StartTlsResponse) context.extendedOperation(new StartTlsRequest());
        String protocol = tls.negotiate().getProtocol();
        context.addToEnvironment(Context.SECURITY_AUTHENTICATION, "simple");
        context.addToEnvironment(Context.SECURITY_PRINCIPAL, JndiSession.settings.getProperty("dn"));
        context.addToEnvironment(Context.SECURITY_CREDENTIALS, JndiSession.settings.getProperty("password").toCharArray());
        context.lookup("");
        SearchControls controls = JndiSession.controls(SearchControls.ONELEVEL_SCOPE, ATTRIBUTES);
        int found = JndiSession.collect(context.search(new LdapName(USERS), "(&" + CLASSES + ")", controls)).size();
        // It ends TLS first and says goodbye in clear.
        tls.close();
        context.close();
        return Map.of("protocol", protocol, "found", found);
    }

    /** One context an operation, one connection for all of them. */
    static Map<String, Object> pool() throws Exception {
        int found = 0;
        for (int index = 0; index < 40; index++) found += users("(&(uid=bob@example.com)" + CLASSES + ")").size();
        List<Thread> threads = new ArrayList<>();
        List<Integer> counts = Collections.synchronizedList(new ArrayList<>());
        for (int index = 0; index < 4; index++) {
            Thread thread = new Thread(() -> {
                try {
                    for (int turn = 0; turn < 10; turn++) counts.add(users("(&(uid=zoe@example.com)" + CLASSES + ")").size());
                } catch (Exception error) {
                    counts.add(-1);
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) thread.join();
        return Map.of("found", found, "concurrent", counts.stream().mapToInt(Integer::intValue).sum());
    }
}
