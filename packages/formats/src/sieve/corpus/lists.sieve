require ["fileinto", "copy", "imap4flags"];
# lists
if header :contains "list-id" "dev" {
  addflag "\\Seen";
  fileinto :copy "Lists/Dev";
  stop;
}
