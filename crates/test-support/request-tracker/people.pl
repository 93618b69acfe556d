# The queues of the example company, the two accounts of the agent with the rights its configuration names, and an
# analyst.
use strict;
use warnings;
use lib '/usr/share/request-tracker5/lib';
use RT;
RT::LoadConfig();
RT::Init();

sub done {
    my ($ok, $why) = @_;
    die "$why\n" unless $ok;
}

my %rights = (
    'deskside-reader' => [qw(SeeQueue ShowTicket)],
    'deskside-writer' => [qw(SeeQueue ShowTicket ShowTicketComments CreateTicket ModifyTicket CommentOnTicket)],
    'analyst' => [qw(SeeQueue ShowTicket ShowTicketComments CommentOnTicket ReplyToTicket ModifyTicket
        CreateTicket OwnTicket)],
);
my @queues;
for my $name ('Service Desk', 'Network', 'Endpoint', 'Identity', 'Security', 'Applications') {
    my $queue = RT::Queue->new(RT->SystemUser);
    done($queue->Create(Name => $name));
    push @queues, $queue;
}
for my $name (sort keys %rights) {
    my $user = RT::User->new(RT->SystemUser);
    done($user->Create(Name => $name, Password => $ENV{DESK_PASSWORD}, Privileged => 1));
    for my $queue (@queues) {
        done($user->PrincipalObj->GrantRight(Right => $_, Object => $queue)) for @{ $rights{$name} };
    }
}
