use utf8;

# One server of a test, below the folder it is given.
Set($rtname, 'desk.example');
Set($Organization, 'desk.example');
Set($WebDomain, '127.0.0.1');
Set($WebPort, $ENV{DESK_PORT});
Set($WebPath, '');
Set($WebBaseURL, "https://127.0.0.1:$ENV{DESK_PORT}");
Set($DatabaseType, 'SQLite');
Set($DatabaseName, "$ENV{DESK_FOLDER}/desk.sqlite");
Set($WebSessionClass, 'Apache::Session::File');
Set(%WebSessionProperties,
    Directory => "$ENV{DESK_FOLDER}/sessions",
    LockDirectory => "$ENV{DESK_FOLDER}/sessions",
    Transaction => 1);
Set($MasonDataDir, "$ENV{DESK_FOLDER}/mason");
Set($LogDir, $ENV{DESK_FOLDER});
Set($LogToSTDERR, 'warning');
Set($LogToSyslog, undef);
Set($LogToFile, undef);
# No mail leaves the machine.
Set($MailCommand, 'testfile');
# It is not what is tested here; the usual cost is a third of a second for each password.
Set($BcryptCost, 4);
1;
